/** What this room needs of the one below, in one place; the rooms above get it from here. */
export {
  ApiError,
  ConnectionError,
  isApiError,
  isConflict,
  JobFailedError,
  OutcomeUnknownError,
  saysUnknown,
  TimeoutError,
} from "../workspace/errors";
export { compact } from "../workspace/compact";
export { backoff } from "../workspace/backoff";
export type { WorkspaceClient } from "../workspace/client";
export { type Desktop, DESKTOPS_A_CALL, listDesktops, showDesktop, type Volume } from "../workspace/desktops";
export { failedParts, listGoingOn, listSubJobs, type SubJob, timeOfDay } from "../workspace/jobs";
export { type JobEnd, JobWatcher } from "../workspace/jobWatcher";
export type { Patience } from "../workspace/patience";
export { verdict } from "../workspace/retry";
export {
  type AcceptedJob,
  addDesktopVolumes,
  deleteDesktopVolumes,
  expandVolumes,
  modifyVolumesQos,
  VOLUMES_A_CALL,
  type VolumeSpec,
} from "../workspace/volumes";
export type { Clients, Place, Problem } from "../workspace/clients";
