/** What this room needs of the ones below, in one place. */
export { adoptable } from "../provider/disk/adoption";
export {
  compact,
  Operation,
  type Place,
  type Project,
  Projects,
  type Sight,
  timeOfDay,
  type Volume,
} from "../provider/disk/desktopRoom";
export { readDisks } from "../provider/disk/disksState";
export { within } from "../provider/disk/failure";
export { type DiskInputs, placeOf } from "../provider/disk/inputs";
export { readState } from "../provider/disk/state";
export { READ_TIME } from "../provider/disk/timeouts";
export { validateDisk } from "../provider/disk/validate";
export { type Clock, systemClock } from "../provider/clock";
