import type { Member } from "./attempt";
import { WaiterGroup } from "../operation";
import type { DesktopContext } from "./desktopContext";
import type { VolumeRequest } from "./volumeRequest";

const DOING: Readonly<Record<VolumeRequest["kind"], string>> = {
  delete: "deleting",
  add: "adding",
  grow: "growing",
  qos: "changing the speed of",
};

/**
 * Requests that are carried out together. It has as long as the most patient
 * of those that still wait; one whose own deadline passes leaves without
 * stopping the others.
 */
export class Batch extends WaiterGroup {
  readonly #since: number;

  constructor(
    private readonly desktop: DesktopContext,
    readonly members: readonly Member[],
  ) {
    super();
    this.#since = desktop.clock.now();
    for (const member of members) this.join(member);
  }

  /** Those that still wait for an outcome. */
  get open(): Member[] {
    return this.members.filter(({ settled }) => !settled);
  }

  /** Whether nobody waits any more. */
  get done(): boolean {
    return this.open.length === 0;
  }

  /** What is being done: shown, but of use to an error only where nothing was seen. */
  noteDoing(doing: string): void {
    for (const { operation } of this.open) operation.noteDoing(doing);
    this.#show(doing);
  }

  /** What was seen last. */
  override note(seen: string): void {
    super.note(seen);
    this.#show(seen);
  }

  /** Fails all that still wait, each with its own text. */
  fail(error: Error): void {
    for (const member of this.open) member.fail(error);
  }

  /** `desktop team-7: deleting 10 disks, 12 s, 40 %, job … is RUNNING` */
  #show(seen: string): void {
    const { desktop, members } = this;
    const seconds = Math.round((desktop.clock.now() - this.#since) / 1000);
    const disks = members.length === 1 ? "1 disk" : `${members.length} disks`;
    const doing = DOING[members[0]?.request.kind ?? "add"];
    const line = `desktop ${desktop.name}: ${doing} ${disks}, ${seconds} s, ${seen}`;
    this.open[0]?.operation.report({ line, desktopId: desktop.desktopId });
  }
}
