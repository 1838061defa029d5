import type { Evidence } from "./evidence";
import { couldServe, isWaiting } from "./meaning";
import type { Verdict } from "./promises";

/**
 * Convicts a request that leaves when no operation that it could serve waits
 * any more: all of these have ended, or their deadlines have passed. A change
 * serves the operations that ask for it, a look those on its desktop, sign-in
 * and looks at jobs all of the process.
 */
export function lateRequests({ record }: Evidence): Verdict[] {
  return record.requests.flatMap((request): Verdict[] => {
    const { process, at, label, method, path } = request;
    const ofProcess = record.operations.filter((operation) => operation.process === process);
    const served = ofProcess.filter((operation) => couldServe(operation, request));
    // A change that nobody may ask for answers to another promise; this one is about time.
    const concerned = served.length > 0 ? served : ofProcess;
    if (concerned.some((operation) => isWaiting(operation, at))) return [];
    const last = concerned.map(({ id, method: what, resource, endedAt, deadlineAt }) => {
      const end = Math.min(endedAt ?? Infinity, deadlineAt);
      return `${id} (${what} of ${resource}) until ${end}`;
    });
    const evidence = `${label} ${method} ${path} left at ${at}; it could serve ${last.slice(-3).join(", ") || "nothing"}`;
    return [{ promise: "no-late-request", at, evidence }];
  });
}

/**
 * Convicts an operation that ends after its deadline, or never. Acquitted:
 * operations of a process that was killed (they never end), unless their
 * deadline had passed by then.
 */
export function lateEnds({ record }: Evidence): Verdict[] {
  const endOf = new Map(record.processes.map(({ id, endedAt }) => [id, endedAt]));
  return record.operations.flatMap((operation): Verdict[] => {
    const { id, method, resource, process, startedAt, deadlineAt } = operation;
    const at = operation.endedAt ?? Math.min(endOf.get(process) ?? record.endedAt, record.endedAt);
    if (at <= deadlineAt) return [];
    const end = operation.endedAt === undefined ? `had not ended at ${at}` : `ended at ${at}`;
    const evidence = `${id} (${method} of ${resource}) began at ${startedAt}, had until ${deadlineAt}, and ${end}`;
    return [{ promise: "ends-in-time", at, evidence }];
  });
}
