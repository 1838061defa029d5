/** A stack on an emulated cloud, for tests that say each command and look at what came of it. */
import { dynamicFront } from "../dynamicFront";
import type { EmulatedCloud } from "../emulatedCloud";
import type { Props } from "../provider";
import { Recorder } from "../recorder";
import { KeptState } from "./keptState";
import { KillableProcess } from "./killableProcess";
import { type Ended as EndedResource, Run } from "./run";

/** A resource of a program: its kind and its inputs. */
export type Declared = { attachment: Props } | { disks: Props };

/** How an operation of the engine ended, by the name of the resource. */
type Ended = Record<string, { did: string; error?: string }>;

export class EmulatedStack {
  readonly #kept = new KeptState();
  /** What the log of the last command showed. */
  shown: string[] = [];
  #runs = 0;

  constructor(private readonly cloud: EmulatedCloud) {}

  get held() {
    return this.#kept.held;
  }

  /** `pulumi up` of this program, with a provider process of its own. */
  up(program: Record<string, Declared>, { preview = false, pace = 0 } = {}): Promise<Ended> {
    const declared = Object.entries(program).map(([name, one]) =>
      "disks" in one
        ? { name, kind: "disks" as const, inputs: one.disks }
        : { name, kind: "attachment" as const, inputs: one.attachment },
    );
    return this.#run((run) => run.plannedUp(declared, { preview }), pace);
  }

  /** What `pulumi preview` refuses or shows. */
  preview(program: Record<string, Declared>): Promise<Ended> {
    return this.up(program, { preview: true });
  }

  refresh(): Promise<Ended> {
    return this.#run((run) => run.refresh());
  }

  destroy(): Promise<Ended> {
    return this.#run((run) => run.destroy());
  }

  /** What state has of a resource. */
  state(name = "it"): Props {
    return this.held.get(name)?.outs ?? {};
  }

  /** The ids in state, by resource and name of the disk. */
  ids(name = "it"): Record<string, string> {
    return (this.state(name).volumeIds ?? {}) as Record<string, string>;
  }

  async #run(command: (run: Run) => Promise<EndedResource[]>, pace = 0): Promise<Ended> {
    const { cloud } = this;
    const recorder = new Shown({ clock: cloud.clock, initial: [], disks: () => [], events: () => [] });
    this.shown = recorder.shown;
    this.#runs += 1;
    const process = new KillableProcess(cloud, recorder, dynamicFront.make, `P${this.#runs}`, "stack");
    const run = new Run("stack", this.#kept, cloud, recorder, process, pace);
    const ended: Ended = {};
    for (const { resource, did, error } of await cloud.time.until(command(run))) {
      // A replaced resource is deleted after its successor has been made.
      if (ended[resource]?.did === "replace" && error === undefined) continue;
      ended[resource] = { did, ...(error === undefined ? {} : { error: error.message }) };
    }
    return ended;
  }
}

/** Keeps what the log shows. */
class Shown extends Recorder {
  readonly shown: string[] = [];

  override say(text: Parameters<Recorder["say"]>[0]): void {
    if (text.severity === "info" || text.severity === "warning") this.shown.push(text.text);
  }
}
