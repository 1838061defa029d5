import type { JobEnd } from "../api/jobs";
import type { Attempt } from "./attempt";
import type { Refused } from "./busy";
import type { DesktopSnapshot, ShownDesktop } from "./snapshot";

/** Where a batch stands: read -> send -> wait -> verify -> done | read again | bisect. */
export type Phase =
  | { name: "read" }
  | { name: "send"; before: ShownDesktop }
  /** The desktop does not take the change now, or nothing was sent. */
  | { name: "pause"; before: ShownDesktop; attempt: Attempt | undefined; error: Error }
  | { name: "wait"; attempt: Attempt }
  | { name: "verify"; attempt: Attempt; jobs: readonly JobEnd[] }
  | { name: "bisect"; cause: Error }
  | { name: "failed"; cause: Error };

/**
 * What differs between the kinds of change. Whatever a snapshot proves for a
 * member of the batch is its outcome at once; the batch goes on for the others.
 */
export interface ChangeKind {
  /** Whether sending it again after an unknown outcome does no harm: all but add. */
  readonly repeatable: boolean;
  /** `add`, `delete`, … in messages. */
  readonly verb: string;
  /** Settles what this snapshot proves before anything is sent. Returns what has to come first: an earlier attempt to look for, or another read. */
  beforeSend(now: DesktopSnapshot): Promise<Attempt | "read again" | undefined>;
  /** Without a job id: the ended jobs that may be the request's own; `none`: surely not carried out. */
  findJobs(attempt: Attempt): Promise<readonly JobEnd[] | "none">;
  /** Reads until every member has an outcome or nothing more can be learnt; says what is next for the others. */
  verify(attempt: Attempt, jobs: readonly JobEnd[]): Promise<Phase>;
  /** The service has accepted the request. */
  accepted(attempt: Attempt): void;
  /** The request was surely not carried out. */
  forget(attempt: Attempt, refusal?: Refused): void;
}
