import { judge } from "./judge";
import type { PromiseName } from "./promises";
import type { HistoryRecord, RealDisk } from "./record";
import { DESKTOP, sketch, SSD } from "./sketch";

/** What happened, the promise that it breaks (undefined: none), and the record. */
type Case = [what: string, broken: PromiseName | undefined, record: Partial<HistoryRecord>];

export const v: RealDisk = { desktop: DESKTOP, volumeId: "v", ...SSD };
export const w: RealDisk = { ...v, volumeId: "w" };

/** One test for each case: the judge reports exactly the promise that is broken. */
export function judged(cases: readonly Case[]) {
  test.each(cases)("%s: %s", (_what, broken, record) => {
    const verdicts = judge(sketch(record));

    expect([...new Set(verdicts.map(({ promise }) => promise))]).toEqual(
      broken === undefined ? [] : [broken],
    );
  });
}
