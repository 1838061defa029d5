import { appendFileSync } from "node:fs";
import type { AuditRecord, Clock, Environment, Log } from "../core/host";

/**
 * Appends one line of JSON for each disk that was added or deleted to the file
 * that `HW_WORKSPACE_AUDIT` names: time, stack if known, action, desktop,
 * volume, type, size (GB), job and request id. Without that variable nothing is
 * kept. A file that cannot be written is warned about; it never fails an
 * operation.
 */
export function auditFile(env: Environment, clock: Clock, log: Log): (record: AuditRecord) => void {
  const file = env.HW_WORKSPACE_AUDIT;
  if (file === undefined || file === "") return () => undefined;
  const stack = env.PULUMI_NODEJS_STACK ?? env.PULUMI_STACK;
  return ({ action, desktopId, volume, job }) => {
    const line = {
      time: clock.date().toISOString(),
      stack,
      action,
      desktop: desktopId,
      volume: volume.volumeId,
      type: volume.type,
      size: volume.size,
      job: job?.jobId,
      request: job?.requestId,
    };
    try {
      appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch (error) {
      log.warn(`the audit file ${file} (HW_WORKSPACE_AUDIT) cannot be written: ${String(error)}`);
    }
  };
}
