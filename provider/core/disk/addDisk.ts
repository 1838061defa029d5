import { randomUUID } from "node:crypto";
import type { Volume, VolumeSpec } from "../api/volumes";
import { UnfinishedAddError } from "../desktop/volumeRequest";
import { CoreError } from "../errors";
import { isKnown } from "../host";
import type { OperationContext } from "../operation";
import { KNOWN_TYPES } from "../schema";
import { describeDisk } from "./texts";
import { compareDisk } from "./compare";
import { WHICH_TYPES } from "./forewarnings";
import type { DiskInputs } from "./inputs";
import { compact, type DiskState, type Outcome, type PendingDisk, volumeFacts } from "./state";
import { askedOf, attempt, changeDisk, policyOf, type StepContext } from "./steps";

/** Adds a disk, or finds the one that an earlier run may have added. Stands for AddDesktopVolumes. */
export async function addDisk(
  context: StepContext,
  name: string,
  wanted: DiskInputs,
  pending?: PendingDisk,
): Promise<Outcome> {
  const outcome: Outcome = { name, pending };
  const title = `Adding ${context.title(name)} (${describeDisk(wanted)})`;
  outcome.failure = await attempt(context, title, (operation) =>
    submitAdd(context, outcome, wanted, { pending }, operation),
  );
  outcome.failure = withTypes(outcome.failure, wanted);
  const { disk, failure } = outcome;
  // What an earlier run added may be other than what the program asks for now.
  return pending === undefined || disk === undefined || failure !== undefined
    ? outcome
    : finishEarlier(context, disk, name, wanted);
}

/** The service does not say which types it knows when it refuses one. */
function withTypes(failure: CoreError | undefined, { type }: DiskInputs): CoreError | undefined {
  const known: readonly string[] = KNOWN_TYPES;
  if (failure?.code !== "HWD1301" || !isKnown(type) || known.includes(type)) return failure;
  const { code, failed, why, now } = failure;
  const next = `Check the type "${type}", which is not one of ${known.join(", ")}: ${WHICH_TYPES}. Otherwise correct what the service names. Then run again`;
  return new CoreError({ code, failed, why, now, next, cause: failure });
}

/** Looks for the disk of an earlier add without ever sending one; no disk where it is proved that none was added. */
export async function settlePending(
  context: StepContext,
  name: string,
  pending: PendingDisk,
): Promise<Outcome> {
  const outcome: Outcome = { name, pending };
  const title = `Looking for ${context.title(name)} (${describeDisk(pending.spec)})`;
  outcome.failure = await attempt(context, title, (operation) =>
    submitAdd(
      context,
      outcome,
      { ...pending.spec, ...pending.policy },
      { pending, resumeOnly: true },
      operation,
    ),
  );
  return outcome;
}

/**
 * The same for a name that leaves. A disk that is found goes into state first:
 * only a later run, which has its id in state, deletes it. Where it cannot be
 * told whether there is one, the name is let go with a warning that says what
 * may appear.
 */
export async function settleLeaving(
  context: StepContext,
  name: string,
  pending: PendingDisk,
): Promise<Outcome> {
  const settled = await settlePending(context, name, pending);
  const { disk, failure } = settled;
  if (disk !== undefined) return { ...settled, failure: foundAfterLeaving(context, name, disk) };
  if (failure !== undefined) context.log.warn(failure.message);
  return { name };
}

/** The same for a delete, which can keep nothing in state: a disk that is found is not deleted, but named. */
export async function settleDeleted(
  context: StepContext,
  name: string,
  pending: PendingDisk,
): Promise<Outcome> {
  const settled = await settlePending(context, name, pending);
  const { disk } = settled;
  if (disk === undefined) return settled;
  const failure = new CoreError({
    code: "HWD1503",
    failed: `Deleting ${context.title(name)} of desktop ${context.desktopId}`,
    why: `an earlier run added disk ${disk.volumeId} for it, and its id is not in state yet`,
    now: "Nothing was deleted",
    next: 'Run "pulumi refresh", which takes the disk into state, then delete again',
  });
  return { name, pending, failure };
}

function foundAfterLeaving(
  context: StepContext,
  name: string,
  { volumeId, deletionProtection, deletionPolicy }: DiskState,
): CoreError {
  const isProtected = deletionProtection === true;
  const isSaid = !isProtected && deletionPolicy !== undefined;
  const why = isProtected
    ? "deletionProtection: true protects it"
    : "no deletionPolicy in state says what becomes of it";
  return new CoreError({
    code: isProtected ? "HWD1105" : isSaid ? "HWD1503" : "HWD1106",
    failed: `Removing ${context.title(name, volumeId)} of desktop ${context.desktopId}`,
    why: `an earlier run added this disk${isSaid ? "" : `, and ${why}`}`,
    now: `Disk ${volumeId} is in state`,
    next: isSaid ? 'Run "pulumi up" again to remove it' : undefined,
  });
}

async function submitAdd(
  context: StepContext,
  outcome: Outcome,
  wanted: DiskInputs,
  { pending, resumeOnly = false }: { pending: PendingDisk | undefined; resumeOnly?: boolean },
  operation: OperationContext,
): Promise<void> {
  const { enterpriseProjectId, ownership, desktop } = context;
  const holder = context.holder(outcome.name, randomUUID());
  const keep = (volume: Volume) => {
    const { volumeId } = volume;
    ownership.take(volumeId, holder);
    outcome.disk = {
      ...askedOf(wanted),
      ...volumeFacts(volume),
      volumeId,
      ownershipId: holder.ownershipId,
      ...policyOf(wanted),
    };
  };
  const earlier = pending === undefined ? {} : { pending, resumeOnly };
  try {
    const volume = await desktop.submit(
      { kind: "add", spec: specOf(wanted), enterpriseProjectId, holder, ...earlier },
      operation,
    );
    if (volume !== undefined) keep(volume);
    else if (!resumeOnly) throw new Error("the service does not show the disk that it added");
    outcome.pending = undefined;
  } catch (error) {
    // The id is kept the moment it is known, and what is not known yet is looked for by the next run.
    if (error instanceof UnfinishedAddError) {
      if (error.volume !== undefined) keep(error.volume);
      const unknown = error.pending ?? pending;
      outcome.pending =
        error.volume === undefined && unknown !== undefined
          ? { ...unknown, policy: policyOf(wanted) }
          : undefined;
    } else if (pending !== undefined) {
      // Nothing is known of it still, and what the program says of it counts all the same.
      outcome.pending = { ...pending, policy: policyOf(wanted) };
    }
    throw error;
  }
}

function finishEarlier(
  context: StepContext,
  disk: DiskState,
  name: string,
  wanted: DiskInputs,
): Promise<Outcome> | Outcome {
  const { refusals, replaces, grow, qos } = compareDisk(disk, wanted);
  const other = replaces.map(({ property, old }) => ({
    property,
    reason: `the disk has ${JSON.stringify(old)}; set it to that`,
  }));
  const [wrong] = [...refusals, ...other];
  const kept = { is: "keep" as const, name, from: name, disk, ...compact({ grow, qos }) };
  if (wrong === undefined) return changeDisk(context, kept, wanted, false);
  const failed = `Adding ${context.title(name, disk.volumeId)} of desktop ${context.desktopId}`;
  const why = `an earlier run added it; ${context.prefix(name)}${wrong.property}: ${wrong.reason}`;
  return {
    name,
    disk,
    failure: new CoreError({ code: "HWD1111", failed, why, now: `Disk ${disk.volumeId} is in state` }),
  };
}

function specOf(wanted: DiskInputs): VolumeSpec {
  const { type, size, ...more } = askedOf(wanted);
  if (type === undefined || size === undefined) throw new Error("type and size of the disk are not known");
  return { type, size, ...more };
}
