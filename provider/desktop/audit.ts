import { appendFileSync } from "node:fs";
import type { Clock } from "../clock";
import type { Log } from "../log";
import type { AcceptedJob, Volume } from "./service";

/** Keeps a record of each disk that was really added or deleted. */
export type Audit = (record: {
  action: "added" | "deleted";
  desktopId: string;
  volume: Pick<Volume, "volumeId" | "type" | "size">;
  job: AcceptedJob | undefined;
}) => void;

/**
 * Appends one line of JSON for each disk to the file that `HW_WORKSPACE_AUDIT`
 * names: time, stack if known, action, desktop, volume, type, size (GB), job
 * and request id. Without that variable nothing is kept. A file that cannot be
 * written is warned about; it never fails an operation.
 */
export function auditFile(env: NodeJS.ProcessEnv, clock: Clock, log: Log): Audit {
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
