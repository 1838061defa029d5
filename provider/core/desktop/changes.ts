import type { JobEnd, JobKind } from "../api/jobs";
import { isSameId } from "../api/response";
import type { Volume } from "../api/volumes";
import { CoreError } from "../errors";
import {
  type Attempt,
  type Batch,
  type ChangeKind,
  type DesktopContext,
  jobOutcomeError,
  madeBy,
  type Member,
  type Phase,
  readAgain,
} from "./batch";
import { type DesktopSnapshot, isBareRow, isWhole, type ShownDesktop } from "./snapshot";
import type { RequestOf, VolumeRequest } from "./volumeRequest";

/** How long a desktop may show the old state after a job that succeeded, as pauses between reads, in ms. */
const SUCCEEDED_READS_MS = [0, 250, 500, 1_000, 2_000, 4_000, 8_000];
/** A job that failed may have done a part all the same. */
const FAILED_READS_MS = [0, 1_000, 2_000];
/** A job that cannot be followed may still run. */
const UNKNOWN_END_READS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** A change whose job cannot be followed is sent again, but not for ever. */
const SENDS_AT_MOST = 3;
/** So often a batch reads anew because of a disk that is neither shown nor proved to be gone. */
const READS_OF_MISSING = 2;

/** A change that can be sent twice without harm: it names the disk and what it shall be afterwards. */
export type AbsoluteRequest = Exclude<VolumeRequest, { kind: "add" }>;

/** What a snapshot proves about a change. */
export type Standing =
  | { is: "done"; volume: Volume | undefined }
  | { is: "open"; volume: Volume }
  /** The desktop does not show the disk, which proves nothing by itself: a read may lag. */
  | { is: "missing" }
  /** It must not or cannot be done: no call is made for it. */
  | { is: "impossible"; error: CoreError };

/** What else is known. */
export interface ChangeFacts {
  /** What failed, for errors: `Growing disk v of desktop d`. */
  title: string;
  /** A job of ours for it succeeded with all its parts, before this snapshot. */
  succeeded: boolean;
  /** It is proved that the disk is gone. */
  provedGone: boolean;
}

/**
 * Compares what is wanted with what the desktop shows. A field that the
 * service does not show is unknown: then a job of ours that succeeded is all
 * the proof there is. Pure.
 */
export function compare(request: AbsoluteRequest, now: DesktopSnapshot, facts: ChangeFacts): Standing {
  const { title, succeeded, provedGone } = facts;
  if (now.gone)
    return request.kind === "delete" ? { is: "done", volume: undefined } : desktopGone(title, now.said);
  const { rootVolumeId } = now.desktop;
  if (isSameId(rootVolumeId, request.volumeId)) {
    return impossible({
      code: "HWD1705",
      failed: title,
      why: `${request.volumeId} is the system disk of the desktop`,
    });
  }
  const volume = now.volumes.find(({ volumeId }) => isSameId(volumeId, request.volumeId));
  if (volume !== undefined) {
    if (request.kind === "delete") {
      // No disk is deleted that may be the system disk.
      if (rootVolumeId === undefined && volume.device === undefined) return untold(title, request.volumeId);
      return { is: "open", volume };
    }
    return request.kind === "grow"
      ? compareSize(request, volume, facts)
      : compareQos(request, volume, succeeded);
  }
  if (request.kind === "delete" && (succeeded || provedGone)) return { is: "done", volume: undefined };
  if (!provedGone) return { is: "missing" };
  return impossible({
    code: "HWD1704",
    failed: title,
    why: `the desktop no longer has disk ${request.volumeId}`,
    now: "No change was sent for it",
  });
}

function untold(title: string, volumeId: string): Standing {
  return impossible({
    code: "HWD1309",
    failed: title,
    why: `the desktop is shown without its root volume, and disk ${volumeId} without a device: it may be the system disk`,
    now: "No change was sent for it",
  });
}

function compareSize(
  { size }: RequestOf<"grow">,
  volume: Volume,
  { title, succeeded }: ChangeFacts,
): Standing {
  if (volume.size !== undefined && volume.size > size) {
    return impossible({
      code: "HWD1104",
      failed: title,
      why: `size: the disk already has ${volume.size} GB and cannot shrink to ${size} GB`,
      now: "No change was sent for it",
      next: `Set \`size\` to ${volume.size}`,
    });
  }
  const done = volume.size === undefined ? succeeded : volume.size === size;
  return { is: done ? "done" : "open", volume };
}

function compareQos({ iops, throughput }: RequestOf<"qos">, volume: Volume, succeeded: boolean): Standing {
  const isShown = volume.iops !== undefined && volume.throughput !== undefined;
  const done = isShown ? volume.iops === iops && volume.throughput === throughput : succeeded;
  return { is: done ? "done" : "open", volume };
}

function desktopGone(title: string, said: string): Standing {
  return impossible({ code: "HWD1702", failed: title, why: said, now: "No change was sent for it" });
}

function impossible(parts: ConstructorParameters<typeof CoreError>[0]): Standing {
  return { is: "impossible", error: new CoreError(parts) };
}

type AbsoluteMember = Member & { readonly request: AbsoluteRequest };

/** Delete, grow and QoS: they name the disk and what it shall be afterwards, so a read tells what is left to do. */
export class AbsoluteKind implements ChangeKind {
  readonly repeatable = true;
  readonly #succeeded = new Set<AbsoluteMember>();
  readonly #gone = new Set<string>();
  #unproved = 0;

  constructor(
    private readonly desktop: DesktopContext,
    private readonly batch: Batch,
    private readonly attempts: readonly Attempt[],
  ) {}

  get verb(): string {
    const kind = this.batch.members[0]?.request.kind;
    return kind === "qos" ? "change the speed of" : (kind ?? "change");
  }

  get jobKind(): JobKind {
    const kind = this.batch.members[0]?.request.kind;
    return kind === "grow" ? "expand" : (kind ?? "delete");
  }

  /** A list may lag behind what another read has shown: it only ever leads to a request for disks that it shows. */
  isEnoughToSend(now: ShownDesktop): boolean {
    return isWhole(now) && this.#open().every((member) => this.#standing(member, now).is === "open");
  }

  /** A disk that the desktop does not show is looked for until it shows or is proved to be gone. */
  async beforeSend(now: DesktopSnapshot): Promise<"read again" | undefined> {
    const missing = this.#settle(now);
    if (missing.length === 0) return undefined;
    await this.#proveGone(missing);
    const left = this.#settle(now);
    // One that shows meanwhile is told by the next read; one that never does must not be waited for.
    this.#unproved += 1;
    if (this.#unproved > READS_OF_MISSING) for (const member of left) member.fail(unproved(member));
    return "read again";
  }

  findJobs(): Promise<"none"> {
    return Promise.resolve("none");
  }

  async verify(attempt: Attempt, jobs: readonly JobEnd[]): Promise<Phase> {
    const [end] = jobs;
    if (end === undefined) return { name: "read" };
    const made = madeBy(end);
    if (made === "all")
      for (const member of this.#open()) if (attempt.members.includes(member)) this.#succeeded.add(member);
    const pauses =
      made === "all" ? SUCCEEDED_READS_MS : made === "some" ? FAILED_READS_MS : UNKNOWN_END_READS_MS;
    let missing: AbsoluteMember[] = [];
    const see = (now: DesktopSnapshot) => {
      missing = this.#settle(now, attempt);
      if (!this.batch.done)
        this.batch.note(`job ${end.jobId} is ${end.status}; the desktop does not show it yet`);
      return this.batch.done;
    };
    // Where a list has shown the disks of this desktop, it has no list of disks because it has no disk.
    const isEmptied = (now: ShownDesktop) => attempt.beforeFrom === "row" && isBareRow(now);
    const settlesAll = (now: ShownDesktop) =>
      (isWhole(now) || isEmptied(now)) && this.#open().every((member) => this.#isShownDone(member, now));
    await readAgain(this.desktop, this.batch, pauses, see, made === "all" ? settlesAll : undefined);
    if (missing.length > 0) {
      await this.#proveGone(missing);
      this.#settle(await this.desktop.read(this.batch), attempt);
    }
    const { open } = this.batch;
    const [first] = open;
    if (first === undefined) return { name: "read" };
    const cause = jobOutcomeError(end, first.operation.title, "the desktop still shows the disk as it was");
    // What failed together may have failed for the sake of one disk.
    if (open.length > 1 && end.state !== "unknown word") return { name: "bisect", cause };
    const sends = this.attempts.filter(({ members }) => members.includes(first)).length;
    // It may still run unseen: then the next request is refused as a conflict, and waits.
    if (end.state === "forgotten" && sends < SENDS_AT_MOST) return { name: "read" };
    throw cause;
  }

  accepted(): void {
    // A read after the deadline tells what became of it.
  }

  forget(attempt: Attempt): void {
    for (const member of attempt.members) {
      const earlier = this.attempts.find((other) => other !== attempt && other.members.includes(member));
      if (member === undefined) continue;
      if (earlier === undefined) member.noteNothingDone();
      else
        member.noteAttempt(
          earlier,
          earlier.job === undefined ? `A request to ${this.verb} it` : `Job ${earlier.job.jobId}`,
        );
    }
  }

  #open(): AbsoluteMember[] {
    return this.batch.open.filter((member): member is AbsoluteMember => member.request.kind !== "add");
  }

  #standing(member: AbsoluteMember, now: DesktopSnapshot): Standing {
    return compare(member.request, now, {
      title: member.operation.title,
      succeeded: this.#succeeded.has(member),
      provedGone: this.#gone.has(member.request.volumeId),
    });
  }

  /** Whether it is done and shows: what a row leaves out may be in a read of the desktop alone. */
  #isShownDone(member: AbsoluteMember, now: ShownDesktop): boolean {
    const standing = this.#standing(member, now);
    if (standing.is !== "done") return false;
    return member.request.kind !== "qos" || standing.volume?.iops !== undefined;
  }

  /** Gives an outcome to those to whom this snapshot gives one; returns those whose disk it does not show. */
  #settle(now: DesktopSnapshot, attempt?: Attempt): AbsoluteMember[] {
    const missing: AbsoluteMember[] = [];
    for (const member of this.#open()) {
      const { request } = member;
      const standing = this.#standing(member, now);
      if (standing.is === "missing") missing.push(member);
      else if (standing.is === "impossible") member.fail(standing.error);
      else if (standing.is === "done") {
        if (request.kind === "delete") this.#noteDeleted(member, attempt);
        member.succeed(standing.volume);
      }
    }
    return missing;
  }

  async #proveGone(missing: readonly AbsoluteMember[]): Promise<void> {
    this.batch.note("the desktop does not show the disk; reading until that is certain");
    const volumes = missing.map(({ request }) => ({
      volumeId: request.volumeId,
      createTime: request.kind === "delete" ? request.createTime : undefined,
    }));
    for (const [volumeId, verdict] of await this.desktop.proveAllGone(volumes, this.batch)) {
      if (verdict === "gone") this.#gone.add(volumeId);
    }
  }

  /** What is gone without a request of ours was done by others, and is not in our audit. */
  #noteDeleted(member: AbsoluteMember, attempt: Attempt | undefined): void {
    const { volumeId } = member.request;
    this.desktop.ownership.release(volumeId);
    const sent = attempt ?? this.attempts.findLast(({ members }) => members.includes(member));
    if (sent === undefined) return;
    const { desktopId } = this.desktop;
    const { type, size } =
      sent.before.find((one) => isSameId(one.volumeId, volumeId)) ?? ({} as Partial<Volume>);
    this.desktop.audit({
      action: "deleted",
      desktopId,
      volume: { volumeId, ...(type !== undefined && { type }), ...(size !== undefined && { size }) },
      ...(sent.job !== undefined && { job: sent.job }),
    });
  }
}

function unproved({ request, operation }: AbsoluteMember): CoreError {
  return new CoreError({
    code: "HWD1706",
    failed: operation.title,
    why: `the desktop does not show disk ${request.volumeId}, and it is not proved that the disk is gone`,
    now: operation.now,
  });
}
