import { randomUUID } from "node:crypto";
import { isSameId } from "../api/response";
import type { Volume, VolumeSpec } from "../api/volumes";
import type { ConnectedPlace, ManagedDesktop } from "../desktop/connections";
import type { Conflict, Holder, VolumeOwnership } from "../desktop/ownership";
import { type DesktopSnapshot, findVolume } from "../desktop/snapshot";
import { describeVolumes } from "../desktop/volumesInWords";
import {
  CoreError,
  CredentialsError,
  type ErrorParts,
  inContext,
  JobFailedError,
  RefusedError,
} from "../errors";
import { type Call, type Clock, isKnown, knownOf, type Log, UNKNOWN } from "../host";
import { OperationContext } from "../operation";
import type { DiskInputs } from "./inputs";
import { type DiskState, type Leaving, type Outcome, type RecordedPolicy, volumeFacts } from "./state";
import type { Step } from "./plan";
import { notShown } from "./texts";

/** What the steps on the disks of one resource share. */
export interface StepContext {
  call: Call;
  /** When the engine's call began, by the clock: all its steps have one deadline. */
  since: number;
  clock: Clock;
  log: Log;
  desktopId: string;
  desktop: ManagedDesktop;
  /** Where the disks are, to be kept in state. */
  place: ConnectedPlace;
  ownership: VolumeOwnership;
  enterpriseProjectId: string | undefined;
  /** `disk v` or `data disk "data" (v)` */
  title(name: string, volumeId?: string): string;
  /** `disks.data.` or nothing: stands before a property of the disk. */
  prefix(name: string): string;
  /** This resource, for the errors of another that wants the same disk. */
  holder(name: string, ownershipId: string): Holder;
}

/** Adopts a disk that exists; makes no change to it. Stands for ShowDesktopDetail. */
export async function adoptDisk(
  context: StepContext,
  step: Extract<Step, { is: "adopt" }>,
  ownershipId: string,
): Promise<Outcome> {
  const { name, wanted, volumeId, released } = step;
  const outcome: Outcome = { name };
  outcome.failure = await attempt(
    context,
    `Adopting ${context.title(name, String(volumeId))}`,
    async (operation) => {
      if (volumeId === UNKNOWN) throw new Error("the id of the disk to adopt is not known");
      const holder = context.holder(name, ownershipId);
      const property = `${context.prefix(name)}existingVolumeId`;
      const refuseTaken = () => {
        const conflict = context.ownership.claimProblem(volumeId, holder);
        if (conflict !== undefined)
          throw new RefusedError(takenParts(operation.title, property, conflict), property);
      };
      refuseTaken();
      const seen = await readWith(context.desktop, volumeId, operation);
      if (released && findVolume(seen, volumeId) === undefined) throw notShown(operation.title, volumeId);
      const volume = adoptable(
        seen,
        volumeId,
        wanted,
        context.prefix(name),
        (other) => context.ownership.claimProblem(other, holder) === undefined,
      );
      // Reading took time: somebody may have adopted it meanwhile.
      refuseTaken();
      context.ownership.take(volumeId, holder);
      outcome.disk = { ...volumeFacts(volume), volumeId, ownershipId, ...policyOf(wanted) };
    },
  );
  return outcome;
}

/** With the pauses of the proofs between them, these outlast a lag of 15 s. */
const MOST_READS = 4;

/** A read that shows this disk if it is there: reads lag behind, and one that was just made may not show at first. */
export async function readWith(
  desktop: ManagedDesktop,
  volumeId: string,
  operation: OperationContext,
): Promise<DesktopSnapshot> {
  for (let reads = 1; ; reads += 1) {
    const seen = await operation.inTime(desktop.read(operation));
    if (reads === MOST_READS || seen.gone || isSameId(seen.desktop.rootVolumeId, volumeId)) return seen;
    if (findVolume(seen, volumeId) !== undefined) return seen;
    // The next read may lag behind the answer that showed it; later proofs pause before each answer.
    if ((await operation.inTime(desktop.proveGone(volumeId, operation))) !== "there") return seen;
  }
}

/**
 * Grows a disk and changes its speed, in place. With `look`, a disk that needs
 * neither must at least be there. Stands for ExpandVolumes and
 * BatchModifyQosVolumes.
 */
export async function changeDisk(
  context: StepContext,
  { name, disk, grow, qos }: Extract<Step, { is: "keep" }>,
  wanted: DiskInputs,
  look: boolean,
): Promise<Outcome> {
  const { volumeId } = disk;
  const kept = {
    ...askedOf(wanted),
    ...withoutPolicy(disk),
    ...policyOf(wanted),
    ownershipId: disk.ownershipId || randomUUID(),
  };
  const outcome: Outcome & { disk: DiskState } = { name, disk: kept };
  if (disk.ownershipId === "") {
    const { ownership } = context;
    ownership.identify(volumeId, context.holder(name, ""), context.holder(name, kept.ownershipId));
  }
  outcome.failure = await attempt(context, `Changing ${context.title(name, volumeId)}`, async (operation) => {
    const { desktop } = context;
    if (isKnown(grow)) {
      const grown = await desktop.submit({ kind: "grow", volumeId, size: grow }, operation);
      outcome.disk = { ...outcome.disk, size: grow, ...volumeFacts(grown ?? {}) };
    }
    if (qos !== undefined && isKnown(qos.iops) && isKnown(qos.throughput)) {
      const speed = { iops: qos.iops, throughput: qos.throughput };
      const tuned = await desktop.submit({ kind: "qos", volumeId, ...speed }, operation);
      outcome.disk = { ...outcome.disk, ...speed, ...volumeFacts(tuned ?? {}) };
    }
    if (!look || grow !== undefined || qos !== undefined) return;
    const volume = findVolume(await readWith(desktop, volumeId, operation), volumeId);
    if (volume === undefined) throw notShown(operation.title, volumeId);
    outcome.disk = { ...outcome.disk, ...volumeFacts(volume) };
  });
  return outcome;
}

/** Deletes a disk with its data, or forgets it, as its recorded policy says. Stands for DeleteDesktopVolumes. */
export async function removeDisk(
  context: StepContext,
  { is, name, disk, replaced }: Leaving,
): Promise<Outcome> {
  const { volumeId } = disk;
  const { desktopId, log, ownership } = context;
  const what = `${context.title(name, volumeId)} of desktop ${desktopId}`;
  const holder = context.holder(name, disk.ownershipId);
  // Told before anything else: nobody may adopt a disk that waits to be deleted.
  ownership.leave(volumeId, holder, is);
  if (is === "forget") {
    log.info(forgottenText(what));
    return { name, ...(replaced ? {} : { released: volumeId }) };
  }
  const outcome: Outcome = { name, disk };
  const verdict = () => ownership.deleteVerdict(volumeId, holder);
  outcome.failure = await attempt(context, `Deleting ${context.title(name, volumeId)}`, async (operation) => {
    const veto = () => {
      const now = verdict();
      return now.is === "delete" ? undefined : claimed(operation.title, volumeId, now.other);
    };
    const refusal = veto();
    if (refusal !== undefined) throw refusal;
    await context.desktop.submit({ kind: "delete", volumeId, createTime: disk.createTime, veto }, operation);
    outcome.disk = undefined;
  });
  const now = verdict();
  if (outcome.disk === undefined || now.is !== "forget") return outcome;
  log.warn(
    `${what} is no longer managed by this resource and was not deleted: it belongs to ${now.other.title}`,
  );
  return { name };
}

/** What is said of a disk that is forgotten as its recorded policy says. */
export function forgottenText(what: string): string {
  return `${what} is no longer managed (deletionPolicy: "retain"): it stays on the desktop`;
}

/** Runs one operation on one disk; what goes wrong is told of the whole operation. */
export async function attempt(
  context: StepContext,
  what: string,
  work: (operation: OperationContext) => Promise<void>,
): Promise<CoreError | undefined> {
  const title = `${what} of desktop ${context.desktopId}`;
  const operation = new OperationContext(context.call, { title, since: context.since }, context.clock);
  try {
    operation.throwIfHalted();
    await work(operation);
    return undefined;
  } catch (error) {
    return inOperation(error, operation);
  } finally {
    operation.finish();
  }
}

/** An error told of a whole operation: what failed, why, what is now true, what to do. */
export function inOperation(error: unknown, operation: OperationContext): CoreError {
  const failed = `${operation.title} failed after ${operation.seconds}s`;
  if (error instanceof JobFailedError) {
    const why = `job ${error.jobId} failed: ${error.why}`;
    const now = "The job has ended without this change";
    const next = operation.title.startsWith("Deleting") ? DELETE_ADVICE : error.next;
    return new CoreError({ code: error.code, failed, why, now, next, cause: error });
  }
  // What signing in says of a request is not what is true of the operation.
  const said = error instanceof CoreError && !(error instanceof CredentialsError) ? error.now : undefined;
  return inContext(error, { failed, now: said ?? operation.now, otherwise: "HWD1804" });
}

const DELETE_ADVICE =
  "A disk with snapshots, or one that is billed yearly/monthly, may not be deletable like this: " +
  "look at it in the Workspace console, then run again";

function claimed(failed: string, volumeId: string, other: Holder): RefusedError {
  return new RefusedError(
    {
      code: "HWD1108",
      failed,
      why: `${other.title} names disk ${volumeId} as existingVolumeId in this run, and has not adopted it yet`,
      now: "Nothing was sent to the service",
    },
    "",
  );
}

function takenParts(failed: string, property: string, { code, why }: Conflict): ErrorParts {
  return { code, failed, why: `${property}: ${why}`, now: "Nothing was changed" };
}

/** What the program asks for; state has it where the service does not report it. */
export function askedOf({ type, size, iops, throughput, kmsId }: DiskInputs): Partial<VolumeSpec> {
  return knownOf({ type, size, iops, throughput, kmsId });
}

/** What the program says of deleting and replacing the disk. */
export function policyOf({ deletionProtection, deletionPolicy, allowReplace }: DiskInputs): RecordedPolicy {
  return knownOf({ deletionProtection, deletionPolicy, allowReplace });
}

function withoutPolicy({ deletionProtection, deletionPolicy, allowReplace, ...disk }: DiskState): DiskState {
  return disk;
}

/**
 * The volume, if it may be adopted as it is. Throws by property what does not
 * fit. Pure: `seen` is what the service showed.
 */
export function adoptable(
  seen: DesktopSnapshot,
  volumeId: string,
  wanted: DiskInputs,
  property = "",
  isFree: (volumeId: string) => boolean = () => false,
): Volume {
  const path = (name: string) => `${property}${name}`;
  const id = path("existingVolumeId");
  const refuse = (
    code: "HWD1701" | "HWD1704" | "HWD1705" | "HWD1111",
    name: string,
    why: string,
    next?: string,
    now = "Nothing was changed",
  ) =>
    new RefusedError(
      {
        code,
        failed: `Adopting disk ${volumeId}`,
        why,
        now,
        next,
      },
      path(name),
    );
  if (seen.gone) throw refuse("HWD1701", "existingVolumeId", `${id}: ${seen.said}`);
  if (isSameId(seen.desktop.rootVolumeId, volumeId)) {
    throw refuse(
      "HWD1705",
      "existingVolumeId",
      `${id}: ${volumeId} is the system disk of the desktop, not a data disk`,
    );
  }
  const volume = findVolume(seen, volumeId);
  if (volume === undefined) {
    const free = seen.volumes.filter((one) => isFree(one.volumeId));
    const there = seen.volumes.length === 0 ? "it shows none" : `it shows ${describeVolumes(seen.volumes)}`;
    const unowned =
      free.length === 0
        ? ""
        : `; without an owner in this run: ${free.map((one) => one.volumeId).join(", ")}`;
    throw refuse(
      "HWD1704",
      "existingVolumeId",
      `${id}: ${volumeId} is not a data disk of the desktop; ${there}${unowned}`,
      'Correct existingVolumeId, or check region and project, and run "pulumi up" again: a disk that another resource has let go stays on the desktop',
      "Nothing was adopted, and this resource has changed nothing",
    );
  }
  const differing = (["type", "size", "iops", "throughput", "kmsId"] as const).flatMap((name) => {
    const [has, wants] = [volume[name], wanted[name]];
    return has === undefined || !isKnown(wants) || has === wants
      ? []
      : [{ name, has: JSON.stringify(has), wants: JSON.stringify(wants) }];
  });
  const [first] = differing;
  if (first === undefined) return volume;
  const all = differing.map(
    ({ name, has, wants }) => `${path(name)}: disk ${volumeId} has ${has}, the program says ${wants}`,
  );
  const right = differing.map(({ name, has }) => `${path(name)} to ${has}`);
  throw refuse("HWD1111", first.name, all.join("; "), `Set ${right.join(" and ")} to adopt the disk`);
}
