/** What this room needs of the one below, in one place. */
export { Operation, type OperationFacts } from "../desktop/operation";
export { type Project, Projects } from "../desktop/project";
export { describeVolumes, howToAdopt } from "../desktop/describe";
export type { Holdings } from "../desktop/holdings";
export { HalfDoneError } from "../desktop/halfDone";
export { find, type Sight } from "../desktop/sight";
export {
  compact,
  ConnectionError,
  isApiError,
  isConflict,
  JobFailedError,
  type Place,
  type Problem,
  timeOfDay,
  type Volume,
  type VolumeSpec,
} from "../desktop/service";
