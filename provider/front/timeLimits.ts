/** How long an operation may take in all, unless the resource option `customTimeouts` says otherwise, in ms. */
export const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** How long a read may take, in ms: it waits for no job. Pulumi has no option for it. */
const READ_TIMEOUT_MS = 5 * 60_000;

/** The operations that `customTimeouts` has a limit for. */
export type TimedOperation = "create" | "update" | "delete";

/** The time limit of a call, in ms, and what sets it, for its error. */
export interface TimeLimit {
  timeoutMs: number;
  timeoutSetBy: string;
}

/** The limit of one operation: what `customTimeouts` says, in ms, else 30 minutes. */
export function limitOf(operation: TimedOperation, customMs: number | undefined): TimeLimit {
  return customMs === undefined
    ? { timeoutMs: DEFAULT_TIMEOUT_MS, timeoutSetBy: `the default; customTimeouts.${operation} changes it` }
    : { timeoutMs: customMs, timeoutSetBy: `customTimeouts.${operation}` };
}

/** The limit of a read. */
export const READ_LIMIT: TimeLimit = {
  timeoutMs: READ_TIMEOUT_MS,
  timeoutSetBy: "the provider; it is fixed for reads",
};
