import type { ConnectedPlace } from "../desktop/connections";
import { CoreError } from "../errors";
import { isKnown, type Kind, knownOf, type SetInputs, UNKNOWN } from "./inputs";
import { type DiskState, type PendingDisk, type SetState, STATE_VERSION } from "./state";

/** What became of one name: its disk as it is now, what is still unknown of it, and what failed. */
export interface Outcome {
  readonly name: string;
  disk?: DiskState | undefined;
  pending?: PendingDisk | undefined;
  /** The disk left the state and stays on the desktop. */
  released?: string;
  failure?: CoreError | undefined;
}

/** The state after an operation: what is true now, also where parts of it failed. In the order of the program. */
export function stateAfter(
  before: SetState,
  wanted: SetInputs,
  outcomes: readonly Outcome[],
  place: ConnectedPlace,
): SetState {
  const last = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const wantedNames = wanted.disks === UNKNOWN ? [] : [...wanted.disks.keys()];
  const names = [...new Set([...wantedNames, ...last.keys()])];
  const disks = new Map<string, DiskState>();
  const pendingAdds = new Map<string, PendingDisk>();
  const released = new Map(before.released);
  for (const name of names) {
    const outcome = last.get(name);
    if (outcome?.disk !== undefined) {
      disks.set(name, outcome.disk);
      released.delete(name);
      continue;
    }
    if (outcome?.released !== undefined) released.set(name, outcome.released);
    // An adoption that failed leaves it open what an earlier add did.
    const pending =
      outcome?.pending ?? (outcome?.failure === undefined ? undefined : before.pendingAdds.get(name));
    if (pending !== undefined) pendingAdds.set(name, pending);
  }
  const held = new Set([...disks.values()].map(({ volumeId }) => volumeId));
  for (const [name, volumeId] of released) if (held.has(volumeId)) released.delete(name);
  const { enterpriseProjectId } = wanted;
  const { profile, iamEndpoint } = wanted.place;
  return {
    version: STATE_VERSION,
    desktopId: before.desktopId,
    ...(isKnown(enterpriseProjectId) ? { enterpriseProjectId } : {}),
    place: { ...knownOf({ profile, iamEndpoint }), ...place },
    shared: knownOf(wanted.shared),
    disks,
    released,
    pendingAdds,
    unfinished: outcomes.some(({ failure }) => failure !== undefined),
  };
}

/** One error for all that failed, a line for each disk of a set; undefined where nothing did. */
export function failureOf(
  outcomes: readonly Outcome[],
  kind: Kind,
  desktopId: string,
): CoreError | undefined {
  const failed = outcomes.flatMap(({ name, failure }) => (failure === undefined ? [] : [{ name, failure }]));
  const [first] = failed;
  if (first === undefined || kind === "DataDiskAttachment") return first?.failure;
  const names = new Set(outcomes.map(({ name }) => name));
  return new CoreError({
    code: "HWD1707",
    failed: `${failed.length} of ${names.size} data disks of desktop ${desktopId} failed`,
    why: failed.map(({ name, failure }) => `\n- ${name}: ${failure.message}`).join(""),
    next: "",
  });
}
