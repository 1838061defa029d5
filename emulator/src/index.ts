export { Emulator, startEmulator, type EmulatorEnv, type EmulatorOptions } from "./emulator";
export type { AccountSpec } from "./accounts";
export type { ClockMove, ClockView } from "./admin";
export type { ClockMode } from "./clock";
export type { DesktopRecord, DesktopSpec, Tag, Volume, VolumeSpec } from "./desktops";
export type {
  AnswerFault,
  EventFault,
  Fault,
  FaultMatch,
  FaultName,
  FaultTiming,
  JobFault,
  OrderedFault,
  ViewFault,
} from "./faults";
export type { LoggedRequest, RequestLogView } from "./request-log";
export type { JobTime } from "./state";
