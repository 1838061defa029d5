import type { JobFault } from "./faults";
import type { JobFate } from "./jobs";
import { codes } from "./refusals";

const someReason = "The volume operation failed.";

/** What the faults that have struck a job make of it. */
export function jobFate(faults: readonly JobFault[]): JobFate {
  const fate: JobFate = {};
  for (const fault of faults) apply(fate, fault);
  return fate;
}

function apply(fate: JobFate, fault: JobFault): void {
  switch (fault.fault) {
    case "job-fails":
      fate.fails = { code: fault.code ?? codes.jobFailed, reason: fault.reason ?? someReason };
      return;
    case "sub-job-fails":
      fate.subJobFails = {
        code: fault.code ?? codes.jobFailed,
        reason: fault.reason ?? someReason,
        desktopId: fault.desktop_id,
      };
      return;
    case "partial-batch":
      fate.partial = { done: fault.done, status: fault.status ?? "SUCCESS" };
      return;
    case "job-never-ends":
      fate.neverEnds = true;
      return;
    case "job-forgotten":
      fate.forgottenAfterMs = fault.after_ms ?? 0;
      return;
    case "job-unknown-status": {
      const word = fault.status ?? "SUSPENDED";
      fate.words = { WAITING: word, RUNNING: word, SUCCESS: word, FAIL: word };
      return;
    }
    case "job-other-words":
      fate.words = {
        ...(fault.waiting !== undefined && { WAITING: fault.waiting }),
        ...(fault.running !== undefined && { RUNNING: fault.running }),
        ...(fault.success !== undefined && { SUCCESS: fault.success }),
        ...(fault.fail !== undefined && { FAIL: fault.fail }),
      };
      return;
    case "reads-lag":
      fate.lag = { ms: fault.lag_ms ?? 0, reads: fault.lag_reads ?? 0 };
  }
}
