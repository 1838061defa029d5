import type { Volume, VolumeSpec } from "../../api/volumes";
import { type AddEvidence, matchVolumes } from "../matchVolumes";
import { ran, SSD } from "./times";

/** What is known after a job of 5 s that succeeded, with nothing learnt besides. */
export const plain: AddEvidence = {
  specs: [SSD],
  before: new Set(["old"]),
  isBeforeKnown: true,
  isOwned: (id) => id.startsWith("owned"),
  job: ran(10, 15),
  made: "all",
  settled: false,
  confirmed: false,
  others: undefined,
  mayList: false,
  vanished: [],
};
export const gpssd = (iops: number): VolumeSpec => ({ type: "GPSSD2", size: 20, iops, throughput: 200 });

/** `given`: volume ids by slot; a slot that is not proved says why. */
export type Outcome = readonly string[];

export function outcome(now: readonly Volume[], evidence: AddEvidence): { slots: Outcome; lacks: string } {
  const { proved, missing, unproved, ambiguous, lacks } = matchVolumes(now, evidence);
  const slots = evidence.specs.map((_, slot) => {
    const volume = proved.get(slot);
    if (volume !== undefined) return volume.volumeId;
    if (missing.includes(slot)) return "missing";
    if (unproved.includes(slot)) return "unproved";
    return ambiguous.includes(slot) ? "ambiguous" : "known";
  });
  return { slots, lacks: [...lacks].sort().join() };
}

export type Row = [
  what: string,
  now: readonly Volume[],
  evidence: Partial<AddEvidence>,
  slots: Outcome,
  lacks?: string,
];
