import type { Project } from "./desktopRoom";
import { type DisksInputs, type DisksState, type DiskState, entryOf } from "./disksInputs";
import { type DisksPlan, of } from "./disksPlan";
import { compact, type HeldVolume, refuseNewerState, STATE_VERSION } from "./state";

type Props = Readonly<Record<string, unknown>>;

/** What became of one disk: as it is now (nothing: it is gone or never was), and what went wrong. */
export interface Outcome {
  name: string;
  disk: DiskState | undefined;
  failure?: Error;
}

/** The disks that stay, by their names from now on, with what state alone knows of as it shall be. */
export function keptOf(state: DisksState, inputs: DisksInputs, plan: DisksPlan): Map<string, DiskState> {
  const kept = new Map<string, DiskState>();
  for (const [name, disk] of Object.entries(state.disks)) {
    const to = plan.rename.find(({ from }) => from === name)?.to ?? name;
    const wanted = of(inputs.disks, to);
    if (wanted === undefined || plan.remove.includes(name)) continue;
    const { deletionProtection, allowReplace } = entryOf(inputs, wanted);
    const { deletionProtection: was, allowReplace: wasAllowed, ...rest } = disk;
    kept.set(to, compact({ ...rest, deletionProtection, allowReplace }));
  }
  return kept;
}

/**
 * Reads what an older or this version wrote. Throws for what a newer version
 * wrote, and for a disk without an id: of that one nothing could be proven.
 */
export function readDisks(props: Props): DisksState {
  const state = props as unknown as DisksState;
  refuseNewerState(`the data disks of desktop ${state.desktopId}`, state.stateVersion);
  const disks = (state as Partial<DisksState>).disks ?? {};
  for (const [name, disk] of Object.entries(disks)) {
    if (typeof (disk as Partial<DiskState>).volumeId === "string" && disk.volumeId !== "") continue;
    throw new Error(
      `the state of data disk "${name}" of desktop ${state.desktopId} has no volumeId; ` +
        `put it there, or take the disk out, with "pulumi state edit"`,
    );
  }
  return { ...state, disks };
}

/** What state keeps of a disk that was just added or taken over. */
export function entryState(entry: DisksInputs["disks"][string], volume: HeldVolume): DiskState {
  const { existingVolumeId, ...kept } = entry;
  return { ...kept, ...volume };
}

/** What goes into state; later outcomes of a name stand for it, in the order of the program. */
export function disksStateOf(
  inputs: DisksInputs,
  outcomes: readonly Outcome[],
  project: Pick<Project, "place">,
): DisksState {
  const last = new Map(outcomes.map((outcome) => [outcome.name, outcome.disk]));
  const names = [...new Set([...Object.keys(inputs.disks), ...last.keys()])];
  const disks: Record<string, DiskState> = {};
  for (const name of names) {
    const disk = last.get(name);
    if (disk !== undefined) disks[name] = disk;
  }
  return { ...inputs, disks, volumeIds: idsOf(disks), ...project.place, stateVersion: STATE_VERSION };
}

/** The ids of disks, by name. */
export function idsOf(disks: Record<string, DiskState>): Record<string, string> {
  return Object.fromEntries(Object.entries(disks).map(([name, { volumeId }]) => [name, volumeId]));
}

/** One error for all that went wrong, each by the name of its disk. */
export function failureOf(outcomes: readonly Outcome[], desktopId: string): Error | undefined {
  const failed = outcomes.filter((outcome) => outcome.failure !== undefined);
  if (failed.length === 0) return undefined;
  const lines = failed.map(({ name, failure }) => `- ${name}: ${failure?.message ?? ""}`);
  return new Error(`${failed.length} data disk(s) of desktop ${desktopId} failed:\n${lines.join("\n")}`);
}
