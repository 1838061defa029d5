import { type Ended, Life, newRun } from "./lives";
import { desktopId, eachOnStage, type Stage } from "./stage";

export type Entries = Record<string, Record<string, unknown>>;

export const ssd = { type: "SSD", size: 100 };
export const sas = { type: "SAS", size: 500 };
export const three = { a: ssd, b: sas, c: { type: "SSD", size: 20 } };

/** The inputs of a `DesktopDataDisks` on the first desktop. */
export const inputs = (disks: Entries, more: object = {}) => ({ desktopId: desktopId(), disks, ...more });

/** A `DesktopDataDisks` through its life, each operation in a run of its own, as commands are. */
export class DisksLife extends Life {
  #since = 0;

  constructor(private readonly stage: Stage) {
    super(stage);
  }

  /** `pulumi up` with these disks. */
  want(disks: Entries, more: object = {}): Promise<Ended> {
    return this.up(newRun(this.stage).disks, inputs(disks, more));
  }

  look(): Promise<Ended> {
    return this.refresh(newRun(this.stage).disks);
  }

  end(): Promise<Ended> {
    return this.destroy(newRun(this.stage).disks);
  }

  /** The ids in state, by name. */
  ids(): Record<string, string> {
    const disks = (this.state.disks ?? {}) as Record<string, { volumeId: string }>;
    return Object.fromEntries(Object.entries(disks).map(([name, disk]) => [name, disk.volumeId]));
  }

  /** The ids on the desktop. */
  there(): string[] {
    return this.stage
      .disks()
      .map(({ volume_id: id }) => id)
      .sort();
  }

  forget(): void {
    this.#since = this.stage.changes().length;
  }

  /** The calls that changed something since the last `forget`: what, and of which disks. */
  calls(): unknown[][] {
    return this.stage
      .changes()
      .slice(this.#since)
      .map(({ path, body }) => {
        const lists = body as Record<string, unknown[] | undefined>;
        const disks = lists.volume_ids ?? lists.volumes ?? lists.desktop_volumes_expansion ?? [];
        return [path.split("/").at(-1), ...disks];
      });
  }
}

/** A stage for each test, and such lives on it. */
export function eachWithDisks() {
  const on = eachOnStage();
  /** One whose disks are there. */
  async function made(disks: Entries, more: object = {}): Promise<DisksLife> {
    const life = new DisksLife(on.it);
    expect(await life.want(disks, more)).toEqual({ did: "create" });
    life.forget();
    return life;
  }
  return { on, made };
}
