import { attachmentCodec, setCodec } from "../codecs";
import type { DiskInputs, SetInputs } from "../inputs";
import { type Maybe, UNKNOWN } from "../../host";
import { type Effective, type Plan, planSet } from "../plan";
import { previewLines } from "../texts";
import { type DiskState, emptyState, type SetState } from "../state";

/** A disk in state; `volumeId` counts as its owner's id too. */
export const held = (volumeId: string, disk: Partial<DiskState> = {}): DiskState => ({
  type: "SSD",
  size: 100,
  ownershipId: `owner of ${volumeId}`,
  ...disk,
  volumeId,
});

/** A state of desktop `desk` with these disks. */
export function stateOf(disks: Record<string, DiskState>, more: Partial<SetState> = {}): SetState {
  const place = { region: "r", projectId: "p", endpoint: "https://e" };
  return { ...emptyState("desk"), place, disks: new Map(Object.entries(disks)), ...more };
}

/** Inputs of desktop `desk` with these disks; what is said for all is part of each. */
export function inputsOf(
  disks: Record<string, Maybe<DiskInputs>> | typeof UNKNOWN,
  more: Partial<SetInputs> = {},
): SetInputs {
  const { shared = {} } = more;
  const entries = (all: Record<string, Maybe<DiskInputs>>) =>
    Object.entries(all).map(([name, one]): [string, Maybe<DiskInputs>] => [
      name,
      one === UNKNOWN ? one : { ...shared, ...one },
    ]);
  return {
    desktopId: "desk",
    place: {},
    shared,
    disks: disks === UNKNOWN ? UNKNOWN : new Map(entries(disks)),
    ...more,
  };
}

/** The plan of a set, what it refuses (`property reason`), and the lines of its preview. */
export function planned(
  state: SetState,
  inputs: SetInputs,
  effective: Effective = { region: "r", projectId: "p" },
) {
  const plan = planSet(state, inputs, effective, setCodec);
  return { plan, refused: refusalsOf(plan), lines: previewLines(state, inputs, plan, "DesktopDataDisks") };
}

/** The same for an attachment. */
export function plannedOne(disk: Partial<DiskState>, wanted: DiskInputs, effective: Effective = {}) {
  const state = { ...stateOf({ disk: held("v", disk) }), shared: {} };
  const inputs = inputsOf({ disk: wanted });
  const plan = planSet(state, inputs, effective, attachmentCodec);
  return { plan, refused: refusalsOf(plan), lines: previewLines(state, inputs, plan, "DataDiskAttachment") };
}

function refusalsOf({ refusals }: Plan): string[] {
  return refusals.map(({ property, reason, code }) => `${property} ${reason} [${code}]`);
}
