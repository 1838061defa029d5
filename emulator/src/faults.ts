import type { VolumeSpec } from "./desktops";

/** Which requests a fault looks at. Everything that is given must hold. */
export interface FaultMatch {
  method?: "GET" | "POST" | "PUT" | "DELETE" | "HEAD" | "PATCH" | "OPTIONS";
  /** The path as it is sent, without query; `*` stands for any characters, also for slashes. */
  path?: string;
  /** An operation's name, such as ShowJob. */
  operation?: string;
  /** Requests about this desktop: in the path, the query or the body, or by a volume or a job of it. */
  desktop_id?: string;
}

/** When a fault strikes. */
export interface FaultTiming {
  match?: FaultMatch;
  /** It strikes from the nth matching request on. Default: 1 */
  nth?: number;
  /** It strikes a matching request with this probability, 0..1. Default: 1 */
  probability?: number;
  /** The same seed gives the same strikes. Default: 1 */
  seed?: number;
  /** How often it strikes. Default: 1, or "always" where for_ms is given. */
  times?: number | "always";
  /** For how long it is there, in ms of emulator time. Default: for good. */
  for_ms?: number;
}

/** Whether a struck request has done its work although the answer does not say so. */
export type WorkDone = "done" | "not-done";

/** What the caller gets of a request that a gateway has repeated. */
export type RepeatedAnswer = 302 | 408 | 409 | 429 | 503 | 504 | "cut" | "last";

/** Faults that take the place of an answer, or spoil it. The first one that strikes is the one. */
export type AnswerFault =
  | { fault: "respond"; status: number; body?: unknown; headers?: Record<string, string>; work?: WorkDone }
  | { fault: "throttle"; retry_after_s?: number }
  | {
      fault: "conflict";
      as?: "409" | "disks-being-added" | "instance-status";
      status?: number;
      code?: string;
      message?: string;
    }
  | { fault: "refuse-batch"; volume_id: string; status?: number; code?: string; message?: string }
  | { fault: "no-answer"; work?: WorkDone }
  | { fault: "slow"; delay_ms: number }
  | { fault: "cut-before-work" }
  | { fault: "cut-after-work" }
  | { fault: "truncated"; keep_bytes?: number; length?: "full" | "kept" }
  | { fault: "not-json"; body?: string; content_type?: string; status?: number }
  | { fault: "redirect"; status?: 301 | 302 | 303 | 307 | 308; location?: string }
  | { fault: "wrong-project" }
  | { fault: "repeat"; reaches: "twice" | "once" | "late"; after_ms?: number; sees?: RepeatedAnswer }
  | { fault: "order-instead-of-job"; order_id?: string };

/** Faults that stick to the job which a struck request begins. */
export type JobFault =
  | { fault: "job-fails"; code?: string; reason?: string }
  | { fault: "sub-job-fails"; desktop_id?: string; code?: string; reason?: string }
  | { fault: "partial-batch"; done: number; status?: "SUCCESS" | "FAIL" }
  | { fault: "job-never-ends" }
  | { fault: "job-forgotten"; after_ms?: number }
  | { fault: "job-unknown-status"; status?: string }
  | { fault: "job-other-words"; waiting?: string; running?: string; success?: string; fail?: string }
  | { fault: "reads-lag"; lag_ms?: number; lag_reads?: number };

/** Faults in what reads show. All that strike go together. */
export type ViewFault =
  | { fault: "list-misses-desktop"; desktop_id: string }
  | { fault: "no-data-volumes"; desktop_id?: string }
  | { fault: "root-among-data"; desktop_id?: string }
  | { fault: "older-fields"; desktop_id?: string }
  | { fault: "desktop-as-array" };

/** Things that happen behind the client's back: at once, or right before a matching request where `match` is given. */
export type EventFault =
  | { fault: "foreign-job"; desktop_id: string; duration_ms?: number; visible?: boolean }
  | { fault: "volumes-added"; desktop_id: string; volumes: VolumeSpec[]; job?: "none" | "visible" }
  | { fault: "volumes-removed"; desktop_id: string; volume_ids: string[]; job?: "none" | "visible" }
  | { fault: "desktop-deleted"; desktop_id: string; as?: "404" | "status" }
  | { fault: "token-revoked"; token?: string };

/** A fault to order. */
export type Fault = FaultTiming & (AnswerFault | JobFault | ViewFault | EventFault);

export type FaultName = Fault["fault"];

/** A fault that has been ordered, and how it fares. */
export type OrderedFault = Fault & {
  id: string;
  /** How many requests it has struck. */
  struck: number;
  /** It will not strike any more. */
  over: boolean;
};
