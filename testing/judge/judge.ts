import { boughtAndKnown } from "./boughtAndKnown";
import { calledGone } from "./calledGone";
import { comesRight } from "./comesRight";
import { lateEnds, lateRequests } from "./deadlines";
import { deletedUnasked } from "./deletedUnasked";
import { Evidence } from "./evidence";
import { oneChangeAtATime } from "./oneChangeAtATime";
import { ownedTwice } from "./ownedTwice";
import type { PromiseName, Verdict } from "./promises";
import type { HistoryRecord } from "./record";
import { secretsShown } from "./secretsShown";

type Judgement = (evidence: Evidence) => Verdict[];

const judgements: Readonly<Record<PromiseName, Judgement>> = {
  "deletes-only-what-was-asked": deletedUnasked,
  "one-owner": ownedTwice,
  "buys-once": boughtAndKnown,
  "gone-is-gone": calledGone,
  "no-late-request": lateRequests,
  "ends-in-time": lateEnds,
  "no-secret": secretsShown,
  "one-change-at-a-time": oneChangeAtATime,
  "comes-right": comesRight,
};

/** Every promise that the history breaks, in the order of time. Pure: the same record gives the same verdicts. */
export function judge(record: HistoryRecord): Verdict[] {
  const evidence = new Evidence(record);
  return Object.values(judgements)
    .flatMap((judgement) => judgement(evidence))
    .sort((one, other) => one.at - other.at);
}
