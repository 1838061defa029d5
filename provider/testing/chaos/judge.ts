/** Holds what the provider has said of one operation against what is really there. */
import { durationMs } from "../../disk/timeouts";
import { MINUTE, type Stage } from "../stage";
import { type AskedDisk, kindOf, type Ledger, type Watch } from "./ledger";
import type { Props } from "./program";
import { type DiskProps, disksOf, entriesOf, type Held } from "./state";

const DEFAULT_MS = 30 * MINUTE;
const READ_MS = 5 * MINUTE;

/** When an operation began, and how long it may take, in ms. */
export interface Began {
  at: number;
  ms: number;
  operation: string;
  on: string;
}

export class Judge {
  constructor(
    private readonly stage: Stage,
    private readonly ledger: Ledger,
    private readonly watch: Watch,
  ) {}

  ask(inputs: Props, entry: DiskProps): AskedDisk {
    const asked: AskedDisk = { on: String(inputs.desktopId), kind: kindOf(entry) };
    this.ledger.asked.push(asked);
    return asked;
  }

  /** What was not there before and belongs to nobody is what was asked for; nobody gets what another one has. */
  given(name: string, outs: Props, asked: AskedDisk[], before: ReadonlyMap<string, string>): void {
    const open = [...asked];
    for (const [key, disk] of Object.entries(disksOf(outs))) {
      const { volumeId } = disk;
      const holder = before.get(volumeId);
      if (holder?.split(".")[0] === name || this.watch.claimed.get(volumeId) === `${name}.${key}`) continue;
      if (holder !== undefined) this.ledger.breaks(`${name}.${key} was given disk ${volumeId} of ${holder}`);
      if (this.ledger.asked.some((other) => other.volumeId === volumeId))
        this.ledger.breaks(`${name}.${key} was given disk ${volumeId}, which was given before`);
      const one = open.find(({ kind }) => kind === kindOf(disk)) ?? open[0];
      if (one === undefined) {
        this.ledger.breaks(`${name}.${key} has disk ${volumeId}, and had asked for none`);
        continue;
      }
      open.splice(open.indexOf(one), 1);
      one.volumeId = volumeId;
    }
  }

  noneBought(error: unknown, asked: readonly AskedDisk[]): void {
    const cause = (error as Error).cause;
    if (!(cause instanceof Error) || !["ApiError", "JobFailedError"].includes(cause.name)) return;
    for (const one of asked) one.surelyNot = true;
  }

  begin(props: Props, operation: "create" | "update" | "delete" | "read"): Began {
    const given = (props.timeouts as Record<string, string> | undefined)?.[operation];
    const ms = operation === "read" ? READ_MS : given === undefined ? DEFAULT_MS : (durationMs(given) ?? 0);
    return { at: this.stage.clock.now(), ms, operation, on: String(props.desktopId) };
  }

  inTime({ at, ms, operation, on }: Began, name: string): void {
    const took = this.stage.clock.now() - at;
    if (took >= ms * 0.9) this.watch.forgetJobs(on);
    if (took > ms) this.ledger.breaks(`${operation} of ${name} took ${took} ms, its time is ${ms} ms`);
  }

  mustBeGone(old: Held, volumeId: string, by: string): void {
    const on = String(old.outs.desktopId);
    if (this.ledger.isThere(on, volumeId))
      this.ledger.breaks(`${by} of ${old.name}: disk ${volumeId} is called gone and is there`);
  }

  asDeclared(name: string, inputs: Props, outs: Props): void {
    const on = String(inputs.desktopId);
    const held = disksOf(outs);
    for (const [key, wanted] of Object.entries(entriesOf(inputs))) {
      const disk = held[key];
      if (disk === undefined) {
        this.ledger.breaks(`${name}.${key} succeeded and has no disk`);
        continue;
      }
      const real = this.ledger.there(on).find(({ volume_id: id }) => id === disk.volumeId);
      // Others may have taken it away in that very moment.
      if (real === undefined) continue;
      for (const property of ["type", "size", "iops", "throughput"] as const) {
        const asked = wanted[property];
        if (asked !== undefined && real[property] !== asked)
          this.ledger.breaks(
            `${name}.${key} succeeded with ${property} ${String(real[property])} instead of ${String(asked)}`,
          );
      }
    }
  }
}
