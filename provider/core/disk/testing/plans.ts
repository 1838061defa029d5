import type { DiskInputs } from "../inputs";
import type { UNKNOWN } from "../../host";
import { hasChanges, type Plan } from "../plan";
import type { DiskState, SetState } from "../state";
import { held, inputsOf, planned, stateOf } from "./sets";

export const ssd = (size = 100): DiskInputs => ({ type: "SSD", size });
export const sas = (size = 500): DiskInputs => ({ type: "SAS", size });
export const adopt = (existingVolumeId: string | typeof UNKNOWN, disk = ssd()): DiskInputs => ({
  ...disk,
  existingVolumeId,
  deletionProtection: false,
});

export const three = { a: held("va"), b: held("vb", { type: "SAS", size: 500 }), c: held("vc") };
export const asThree = { a: ssd(), b: sas(), c: ssd() };
export const withoutB = { a: asThree.a, c: asThree.c };

/** What a plan comes to, in short: `keep a`, `delete b (vb)`, … */
export function short({ steps, replaces, record }: Plan): string[] {
  const told = steps.map((step) => {
    switch (step.is) {
      case "keep": {
        const changes = [
          step.from === step.name ? "" : `from ${step.from}`,
          step.grow === undefined ? "" : `grow ${String(step.grow)}`,
        ];
        const speed =
          step.qos === undefined ? "" : `qos ${String(step.qos.iops)}/${String(step.qos.throughput)}`;
        return ["keep", step.name, ...changes, speed].filter((word) => word !== "").join(" ");
      }
      case "add":
        return `add ${step.name}${step.pending === undefined ? "" : " (pending)"}`;
      case "settle":
        return `settle ${step.name}`;
      case "adopt":
        return `adopt ${step.name} ${String(step.volumeId)}${step.released ? " (released)" : ""}`;
      default:
        return `${step.is} ${step.name} ${step.disk.volumeId}${step.replaced ? " (replaced)" : ""}${step.maybe ? " (maybe)" : ""}`;
    }
  });
  return [
    ...told.filter((one) => !/^keep \S+$/.test(one)),
    ...replaces.map((one) => `REPLACE ${one}`),
    ...(record ? ["record"] : []),
  ];
}

interface Case {
  what: string;
  /** Default: three disks a, b (SAS) and c. */
  disks?: Record<string, DiskState>;
  state?: Partial<SetState>;
  wanted: Parameters<typeof inputsOf>[0];
  inputs?: Parameters<typeof inputsOf>[1];
  is: string[];
  refused?: (string | RegExp)[];
  lines?: string[];
}

export const delete_ = { deletionPolicy: "delete" as const };
export const retain = { deletionPolicy: "retain" as const };
export const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };

/** One test for each case: what the plan of a set is, what it refuses, and the lines of its preview. */
export function plansAre(cases: readonly Case[]): void {
  test.each(cases.map((one): [string, Case] => [one.what, one]))(
    "%s",
    (_what, { disks = three, state, wanted, inputs, is, refused = [], lines }) => {
      const found = planned(stateOf(disks, state), inputsOf(wanted, inputs));
      expect(short(found.plan).sort()).toEqual([...is].sort());
      expect(found.refused).toHaveLength(refused.length);
      for (const [at, expected] of refused.entries()) expect(found.refused[at]).toMatch(expected);
      if (lines !== undefined) expect([...found.lines].sort()).toEqual([...lines].sort());
      expect(hasChanges(found.plan)).toBe(is.length > 0);
    },
  );
}
