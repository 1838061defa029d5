import fc from "fast-check";
import type { Fault } from "huaweicloud-workspace-emulator";
import type { VolumeRequest } from "../desktop/asked";
import { desktopId, MINUTE } from "./stage";

/** One request of a history: when, in ms, on which desktop, and what. */
export interface Step {
  at: number;
  on: string;
  request: VolumeRequest;
  timeoutMs: number;
}

/** What happens in one run: requests at some times, faults from the start, others' doings at some times. */
export interface History {
  steps: Step[];
  faults: Fault[];
  others: { at: number; fault: Fault }[];
}

/** Each desktop begins with these disks. */
export const DISKS = ["0", "1", "2", "3"];
export const FIRST = { type: "GPSSD2", size: 20, iops: 3000, throughput: 125 };
export const diskId = (on: string, disk: string) => `${on.slice(-1)}-${disk}`;
/** What others add: one that nobody of ours asks for, and one that could be ours. */
const OTHER_KIND = { type: "SAS", size: 70 };
const SAME_KIND = { type: "SSD", size: 20 };
export const isTheirs = (volumeId: string) => volumeId.startsWith("theirs");

const at = fc.integer({ min: 0, max: 20_000 });
/** Mostly on one desktop; enough others for their jobs to be listed instead of asked for one by one. */
export const DESKTOPS = [1, 2, 3, 4, 5].map((number) => desktopId(number));
const on = fc.oneof(fc.constant(desktopId(1)), fc.constantFrom(...DESKTOPS));
const disk = fc.constantFrom(...DISKS);

const spec = fc.oneof(
  fc.record({ type: fc.constantFrom("SSD", "ESSD"), size: fc.constantFrom(10, 20) }),
  fc.record({
    type: fc.constant("GPSSD2"),
    size: fc.constant(20),
    iops: fc.constantFrom(4000, 5000),
    throughput: fc.constant(200),
  }),
);

const step = fc.tuple(at, on).chain(([when, where]) =>
  fc
    .oneof(
      {
        weight: 4,
        arbitrary: disk.map((one) => ({ kind: "delete" as const, volumeId: diskId(where, one) })),
      },
      {
        weight: 4,
        arbitrary: spec.map((one) => ({ kind: "add" as const, spec: one, enterpriseProjectId: undefined })),
      },
      fc
        .tuple(disk, fc.constantFrom(30, 40))
        .map(([one, size]) => ({ kind: "grow" as const, volumeId: diskId(where, one), size })),
      fc.tuple(disk, fc.constantFrom(4000, 5000)).map(([one, iops]) => ({
        kind: "qos" as const,
        volumeId: diskId(where, one),
        iops,
        throughput: 200,
      })),
    )
    .map((request) => ({ at: when, on: where, request })),
);

/** Requests that all have plenty of time. */
export const PATIENT_MS = 30 * MINUTE;
export const patientSteps: fc.Arbitrary<Step[]> = fc.array(
  step.map((one) => ({ ...one, timeoutMs: PATIENT_MS })),
  { minLength: 1, maxLength: 14 },
);
/** Requests of which some have little time. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc
    .tuple(step, fc.constantFrom(PATIENT_MS, PATIENT_MS, 4000, 15_000))
    .map(([one, timeoutMs]) => ({ ...one, timeoutMs })),
  { minLength: 1, maxLength: 14 },
);

const change = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("AddDesktopVolumes", "DeleteDesktopVolumes") },
  { weight: 1, arbitrary: fc.constantFrom("ExpandVolumes", "BatchModifyQosVolumes") },
);
const lookUp = fc.constantFrom("ShowDesktopDetail", "ShowJob", "ListItaSubJobs");

const timing = (operation: fc.Arbitrary<string>) =>
  fc.record({
    match: operation.map((name) => ({ operation: name })),
    nth: fc.integer({ min: 1, max: 2 }),
    times: fc.integer({ min: 1, max: 3 }),
  });

function ordered(what: fc.Arbitrary<Fault>, operation: fc.Arbitrary<string>): fc.Arbitrary<Fault> {
  return fc.tuple(what, timing(operation)).map(([fault, when]): Fault => ({ ...fault, ...when }));
}

const status = (...all: number[]) =>
  fc.constantFrom(...all).map((code): Fault => ({ fault: "respond", status: code }));

/** Answers that are lost, or come late, or say "not now": after them everything can still come right. */
export const passing = fc.oneof(
  ordered(
    fc.oneof(
      fc.constantFrom<Fault>(
        { fault: "cut-before-work" },
        { fault: "cut-after-work" },
        { fault: "truncated" },
        { fault: "truncated", length: "kept" },
        { fault: "not-json" },
        { fault: "no-answer" },
        { fault: "no-answer", work: "done" },
        { fault: "slow", delay_ms: 3000 },
        { fault: "throttle", retry_after_s: 2 },
        { fault: "conflict" },
        { fault: "conflict", as: "disks-being-added" },
        { fault: "respond", status: 502, work: "done" },
        { fault: "respond", status: 503, work: "done" },
      ),
      status(500, 502, 503, 504),
    ),
    change,
  ),
  ordered(
    fc.oneof(
      fc.constantFrom<Fault>(
        { fault: "cut-after-work" },
        { fault: "truncated" },
        { fault: "no-answer" },
        { fault: "slow", delay_ms: 3000 },
        { fault: "throttle", retry_after_s: 2 },
      ),
      status(500, 502, 503, 504),
    ),
    lookUp,
  ),
);

/** Answers and jobs that go wrong in any other way, and end as well. */
export const wrong = fc.oneof(
  ordered(
    fc.constantFrom<Fault>(
      { fault: "not-json" },
      { fault: "wrong-project" },
      { fault: "respond", status: 401, body: { error_code: "APIGW.0301", error_msg: "who?" } },
      { fault: "respond", status: 403, body: { error_code: "WKS.0403", error_msg: "no" } },
      { fault: "respond", status: 400, body: { error_code: "WKS.0400", error_msg: "no" } },
      { fault: "redirect" },
    ),
    fc.oneof(change, lookUp),
  ),
  ordered(
    fc.constantFrom<Fault>(
      { fault: "job-fails" },
      { fault: "sub-job-fails" },
      { fault: "partial-batch", done: 1 },
      { fault: "partial-batch", done: 1, status: "FAIL" },
      { fault: "job-forgotten" },
      { fault: "job-forgotten", after_ms: 2000 },
      { fault: "job-unknown-status" },
      { fault: "job-other-words", running: "INIT", success: "COMPLETE", fail: "FAILED" },
      { fault: "reads-lag", lag_ms: 5000 },
      { fault: "reads-lag", lag_reads: 3 },
    ),
    change,
  ),
  ordered(
    fc.constantFrom<Fault>(
      { fault: "no-data-volumes" },
      { fault: "root-among-data" },
      { fault: "desktop-as-array" },
    ),
    fc.constant("ShowDesktopDetail"),
  ),
);

/** What others do on the same desktops. */
const event = (kinds: readonly object[]) =>
  fc.tuple(at, on, disk, fc.constantFrom(...kinds), fc.uuid()).chain(([when, where, one, kind, id]) => {
    const volumes = [{ ...kind, volume_id: `theirs-${id}` }];
    return fc
      .constantFrom<Fault>(
        { fault: "foreign-job", desktop_id: where, duration_ms: 15_000 },
        { fault: "foreign-job", desktop_id: where, duration_ms: 40_000, visible: false },
        { fault: "volumes-added", desktop_id: where, volumes },
        { fault: "volumes-added", desktop_id: where, volumes, job: "visible" },
        { fault: "volumes-removed", desktop_id: where, volume_ids: [diskId(where, one)] },
      )
      .map((fault) => ({ at: when, fault }));
  });
export const others = fc.array(event([OTHER_KIND]), { maxLength: 3 });
/** As above, but some of their disks could be taken for ours. */
export const alike = fc.array(event([OTHER_KIND, SAME_KIND, SAME_KIND]), { minLength: 1, maxLength: 3 });
