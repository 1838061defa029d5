import type { Evidence } from "./evidence";
import type { Verdict } from "./promises";
import type { ChangeRecord } from "./record";

const promise = "one-change-at-a-time";

/** The most disks that the service takes in one call. */
const MOST: Readonly<Record<ChangeRecord["kind"], number>> = { add: 10, delete: 10, grow: 100, tune: 100 };

/**
 * Convicts a change request that leaves while another one of the same process
 * is under way on the same desktop, and one that names more disks than a call
 * takes, or none. Two processes cannot know of each other.
 */
export function oneChangeAtATime({ record }: Evidence): Verdict[] {
  const changes = record.requests.filter(({ change }) => change !== undefined);
  return changes.flatMap((request, index): Verdict[] => {
    const { label, at, change, process, desktops, path, order } = request;
    if (change === undefined) return [];
    const verdicts: Verdict[] = [];
    if (change.count < 1 || change.count > MOST[change.kind])
      verdicts.push({ promise, at, evidence: `${label} ${path} names ${change.count} disks` });
    const underWay = changes
      .slice(0, index)
      .find(
        (other) =>
          other.process === process &&
          other.desktops.some((desktop) => desktops.includes(desktop)) &&
          (other.order.answered ?? Infinity) > order.left,
      );
    if (underWay !== undefined)
      verdicts.push({ promise, at, evidence: `${label} ${path} left while ${underWay.label} was under way` });
    return verdicts;
  });
}
