export { Emulator, startEmulator, type EmulatorEnv, type EmulatorOptions } from "./emulator";
export type { AccountSpec } from "./accounts";
export type { ClockMove, ClockView } from "./admin";
export type { ClockMode } from "./clock";
export type { DesktopRecord, DesktopSpec, Tag, Volume, VolumeSpec } from "./desktops";
export { dialectCatalogue, dialectNames, type DialectEntry, type DialectName } from "./dialects";
export type { HistoryEvent, HistoryWhat, Origin } from "./history";
export type { SecondAct, SecondActorSpec, VolumeKind } from "./second-actor";
export type {
  AnswerFault,
  EventFault,
  Fault,
  FaultMatch,
  FaultName,
  FaultTiming,
  JobFault,
  OrderedFault,
  RepeatedAnswer,
  ViewFault,
} from "./faults";
export type { RateLimit } from "./rate-limit";
export type { LoggedRequest, RequestLogView } from "./request-log";
export type { JobTime } from "./state";
