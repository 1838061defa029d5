import type { Desktop } from "./desktops";
import { jobTypeWord } from "./job-views";
import type { Project } from "./project";
import { codes, Refusal, unknownDesktop } from "./refusals";

/** One thing at a time on a desktop, and nothing on one that is shown as deleted. */
export function refuseWhileBusy({ dialects }: Project, desktop: Desktop, operation: string): void {
  if (desktop.status === "DELETED") throw unknownDesktop(desktop.desktop_id);
  const { running } = desktop;
  if (running) throw denied(desktop, jobTypeWord(running.job.type, dialects), operation);
}

/** The conflict as it has been seen on the wire. */
export function denied({ desktop_id }: Desktop, status: string, operation: string): Refusal {
  return new Refusal(
    409,
    codes.busy,
    `Operation conflict. The desktop current instance status is [${status}] and deny operation [${operation}], resource id [${desktop_id}].`,
  );
}
