import { maxDataVolumes, type Desktop } from "./desktops";
import type { Project } from "./project";
import type { State } from "./state";
import { seededRandom, type SeededRandom } from "./random";
import { invalidParameter, Refusal } from "./refusals";
import { addVolumes, deleteVolumes, expandVolumes } from "./volumes";

export type SecondAct = "add" | "grow" | "delete";

/** A kind of disk. */
export interface VolumeKind {
  type: string;
  /** GB */
  size: number;
}

/** Another stack, or a person at the console, at work on the same desktops. */
export interface SecondActorSpec {
  /** The same seed gives the same acts at the same times. */
  seed: number;
  /** Ids, of any project. Default: all desktops of the first project. */
  desktops?: string[];
  /** What it adds. Default: the kinds of disks that the desktop has by then, or SSD with 20 GB. */
  kinds?: VolumeKind[];
  /** The time between two acts, in ms. Default: 2,000 to 15,000 */
  everyMs?: { min: number; max: number };
  /** Default: all. */
  acts?: SecondAct[];
  /** Which data disks it grows and deletes: those that it has added, or any. Default: own */
  deletes?: "own" | "any";
}

/** The second actor in a state file. */
export interface StoredSecondActor {
  spec: SecondActorSpec;
  random: number;
  /** When it acts next; emulator time. */
  due: number;
}

/** Larger sizes than this are not asked for, in GB. */
const maxSize = 32_760;

interface Place {
  readonly project: Project;
  readonly desktop: Desktop;
}

const by = { who: "second-actor" } as const;
const start = { by, fateOf: () => ({}) };

/**
 * Adds, grows and deletes disks as any client does: its changes are jobs that
 * the lists show, and a desktop that is busy refuses them.
 */
export class SecondActor {
  private readonly random: SeededRandom;
  private due = 0;
  private callOff: () => void = () => undefined;

  /** @param stored where it has been, if it is not new */
  constructor(
    private readonly spec: SecondActorSpec,
    private readonly state: State,
    stored?: StoredSecondActor,
  ) {
    const { min, max } = this.pause;
    if (min > max) throw invalidParameter(`everyMs must be a range from less to more, not ${min} to ${max}.`);
    this.random = seededRandom(stored?.random ?? spec.seed);
    if (stored) this.wait(stored.due);
    else this.next();
  }

  stop(): void {
    this.callOff();
  }

  private get pause(): { min: number; max: number } {
    return this.spec.everyMs ?? { min: 2_000, max: 15_000 };
  }

  stored(): StoredSecondActor {
    return { spec: this.spec, random: this.random.state(), due: this.due };
  }

  private next(): void {
    const { min, max } = this.pause;
    this.wait(this.state.clock.now() + min + Math.floor(this.random() * (max - min + 1)));
  }

  private wait(due: number): void {
    this.due = due;
    this.callOff = this.state.clock.at(due, () => {
      this.act();
      this.next();
      this.state.noteSecondActor();
    });
  }

  private act(): void {
    const act = this.oneOf<SecondAct>(this.spec.acts ?? ["add", "grow", "delete"]);
    const place = this.oneOf(this.places());
    if (act === undefined || place === undefined) return;
    try {
      this.perform(act, place);
    } catch (error) {
      // A desktop that is busy, or takes no disk, is left alone as any client would leave it.
      if (!(error instanceof Refusal)) throw error;
    }
  }

  private perform(act: SecondAct, { project, desktop }: Place): void {
    const { desktop_id } = desktop;
    if (act === "add") {
      const kind = this.oneOf(this.kindsFor(desktop));
      if (kind === undefined || desktop.data_volumes.length >= maxDataVolumes) return;
      addVolumes(project, [{ desktop_id, volumes: [kind] }], start);
      return;
    }
    const volume = this.oneOf(this.touchable(desktop));
    if (volume === undefined) return;
    const { volume_id, size } = volume;
    if (act === "delete") deleteVolumes(project, desktop_id, [volume_id], start);
    else if (size + 10 <= maxSize)
      expandVolumes(project, [{ desktop_id, volume_id, new_size: size + 10 }], start);
  }

  private places(): Place[] {
    const { desktops: wanted } = this.spec;
    const projects = wanted === undefined ? this.state.projects.slice(0, 1) : this.state.projects;
    const places = projects.flatMap((project) =>
      project.settledDesktops().map((desktop) => ({ project, desktop })),
    );
    return places.filter(
      ({ desktop: { desktop_id, status } }) =>
        status !== "DELETED" && (wanted === undefined || wanted.includes(desktop_id)),
    );
  }

  /** GPSSD2 needs more than type and size, and is left to others. */
  private kindsFor({ data_volumes }: Desktop): readonly VolumeKind[] {
    if (this.spec.kinds) return this.spec.kinds;
    const seen = data_volumes
      .filter(({ type, size }) => type !== "GPSSD2" && size % 10 === 0)
      .map(({ type, size }) => ({ type, size }));
    return seen.length > 0 ? seen : [{ type: "SSD", size: 20 }];
  }

  private touchable({ data_volumes }: Desktop) {
    if (this.spec.deletes === "any") return data_volumes;
    const own = this.state.history.secondActorsVolumes;
    return data_volumes.filter(({ volume_id }) => own.has(volume_id));
  }

  private oneOf<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }
}
