import { compare } from "../findings";
import { Remedies, type Remedy } from "../remedies";
import type { StackRecord } from "../states";
import type { DesktopReading } from "../survey";
import { place } from "./states";

/** The ways to fix each problem that is found. */
export function remediesFor(
  stacks: readonly StackRecord[],
  readings: readonly DesktopReading[],
  usual = place,
): Remedy[][] {
  const remedies = new Remedies(stacks, usual);
  return compare(stacks, readings).findings.map((finding) => remedies.for(finding));
}

/** The first way to fix the only problem. */
export const only = (remedies: readonly Remedy[][]) => {
  expect(remedies).toHaveLength(1);
  return remedies[0]?.[0];
};
