/** The faults of a history, and what others do on its desktops. */
import fc from "fast-check";
import type { Fault, FaultName } from "huaweicloud-workspace-emulator";
import { DESKTOPS, EXISTING, existingDisk, USUAL } from "../world/desktops";

type IsAllowed = (name: FaultName) => boolean;

const changes = ["AddDesktopVolumes", "DeleteDesktopVolumes", "ExpandVolumes", "BatchModifyQosVolumes"];
const looks = ["ShowDesktopDetail", "ShowJob", "ListItaSubJobs"];

const respond = (status: number, more: object = {}): Fault => ({ fault: "respond", status, ...more });
const refused = (status: number, code: string) =>
  respond(status, { body: { error_code: code, error_msg: "no" } });

/** Answers that are lost, or come late, or say "not now". */
const lost: readonly Fault[] = [
  { fault: "cut-before-work" },
  { fault: "cut-after-work" },
  { fault: "truncated" },
  { fault: "truncated", length: "kept" },
  { fault: "not-json" },
  { fault: "no-answer" },
  { fault: "no-answer", work: "done" },
  { fault: "slow", delay_ms: 3_000 },
  { fault: "throttle", retry_after_s: 2 },
  { fault: "conflict" },
  { fault: "conflict", as: "disks-being-added" },
  { fault: "conflict", as: "instance-status" },
  respond(502, { work: "done" }),
  respond(503, { work: "done" }),
  ...[500, 502, 503, 504].map((status) => respond(status)),
];

/** What a gateway makes of a change. */
const repeated: readonly Fault[] = (["twice", "once", "late"] as const).flatMap((reaches) =>
  ([302, 409, 429, 503, 504, "cut"] as const).map((sees): Fault => {
    return { fault: "repeat", reaches, sees, after_ms: reaches === "once" ? 0 : 8_000 };
  }),
);

/** Twice, and its caller is told what the service says of the second copy: the first one keeps the desktop busy. */
const answeredTwice: readonly Fault[] = [0, 2_000].map((after_ms): Fault => {
  return { fault: "repeat", reaches: "twice", sees: "last", after_ms };
});

const unreadable: readonly Fault[] = [
  { fault: "cut-after-work" },
  { fault: "truncated" },
  { fault: "no-answer" },
  { fault: "slow", delay_ms: 3_000 },
  { fault: "throttle", retry_after_s: 2 },
  ...[500, 502, 503, 504].map((status) => respond(status)),
];

/** Answers that go wrong in any other way. */
const wrong: readonly Fault[] = [
  { fault: "not-json" },
  { fault: "wrong-project" },
  { fault: "redirect" },
  refused(401, "APIGW.0301"),
  refused(403, "WKS.0403"),
  refused(400, "WKS.0400"),
];

const jobs: readonly Fault[] = [
  { fault: "job-fails" },
  { fault: "sub-job-fails" },
  { fault: "partial-batch", done: 1 },
  { fault: "partial-batch", done: 1, status: "FAIL" },
  { fault: "job-forgotten" },
  { fault: "job-forgotten", after_ms: 2_000 },
  { fault: "job-unknown-status" },
  { fault: "job-other-words", running: "INIT", success: "COMPLETE", fail: "FAILED" },
  { fault: "reads-lag", lag_ms: 5_000 },
  { fault: "reads-lag", lag_reads: 3 },
];

const views: readonly Fault[] = [
  { fault: "no-data-volumes", times: 2 },
  { fault: "root-among-data", times: 3 },
  { fault: "desktop-as-array", times: 3 },
  { fault: "older-fields", times: 5 },
];

const single: readonly Fault[] = [
  { fault: "order-instead-of-job" },
  { fault: "job-never-ends", match: { operation: "AddDesktopVolumes" } },
  { fault: "job-never-ends", match: { operation: "DeleteDesktopVolumes" } },
  { fault: "wrong-project", match: { operation: "ListDesktopsDetail" } },
  { fault: "throttle", retry_after_s: 1, match: { method: "GET" }, times: 3 },
  { fault: "no-answer", match: { path: "/v3/*" }, times: 2 },
  { fault: "not-json", match: { path: "/v3/*" } },
  { fault: "token-revoked" },
  respond(503, { match: { path: "/v3/*" }, times: 2 }),
  respond(401, { match: { path: "/v2/*" }, times: 2 }),
  ...DESKTOPS.flatMap((desktop_id): Fault[] => [
    { fault: "list-misses-desktop", desktop_id, times: 3 },
    { fault: "refuse-batch", volume_id: existingDisk(desktop_id), times: 2 },
  ]),
  // A tenth of all answers is lost, for a while.
  ...[1, 2, 3].map((seed): Fault => ({
    fault: "cut-after-work",
    probability: 0.1,
    seed,
    times: "always",
    for_ms: 60_000,
    match: { path: "/v2/*" },
  })),
];

/** What others do on a desktop. A name of a disk ends in a number, which is drawn. */
const events = (desktop_id: string, number: number): readonly Fault[] => {
  const volumes = (kind: object) => [{ ...kind, volume_id: `others-${desktop_id.slice(-1)}-${number}` }];
  return [
    { fault: "foreign-job", desktop_id, duration_ms: 15_000 },
    { fault: "foreign-job", desktop_id, duration_ms: 40_000, visible: false },
    { fault: "volumes-added", desktop_id, volumes: volumes(EXISTING) },
    { fault: "volumes-added", desktop_id, volumes: volumes(USUAL) },
    { fault: "volumes-added", desktop_id, volumes: volumes(USUAL), job: "visible" },
    { fault: "volumes-removed", desktop_id, volume_ids: [existingDisk(desktop_id)] },
  ];
};

/** Mostly one desktop: there they get in each other's way. */
export const onDesktop: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<string>(DESKTOPS[0]) },
  { weight: 2, arbitrary: fc.constantFrom<string[]>(...DESKTOPS) },
);

/** Faults of these names; undefined where none is allowed. */
export function faults(isAllowed: IsAllowed): fc.Arbitrary<Fault> | undefined {
  const ordered = (all: readonly Fault[], operations: readonly string[]) => {
    const left = all.filter(({ fault }) => isAllowed(fault));
    if (left.length === 0) return undefined;
    const timing = fc.record({
      match: fc.constantFrom(...operations).map((operation) => ({ operation })),
      nth: fc.integer({ min: 1, max: 2 }),
      times: fc.integer({ min: 1, max: 3 }),
    });
    return fc.tuple(fc.constantFrom(...left), timing).map(([fault, when]): Fault => ({ ...fault, ...when }));
  };
  const plain = (all: readonly Fault[]) => {
    const left = all.filter(({ fault }) => isAllowed(fault));
    return left.length === 0 ? undefined : fc.constantFrom(...left);
  };
  const [add, remove] = changes;
  return oneOf([
    [4, ordered(lost, [add ?? "", remove ?? "", ...changes])],
    [2, ordered(unreadable, looks)],
    [2, ordered([...repeated, ...answeredTwice], changes)],
    [4, ordered(wrong, [...changes, ...looks, ...looks])],
    [3, ordered(jobs, changes)],
    [1, ordered(views, ["ShowDesktopDetail"])],
    [2, plain(single)],
  ]);
}

/** What others do on the desktops; undefined where nothing of it is allowed. */
export function doings(isAllowed: IsAllowed): fc.Arbitrary<Fault> | undefined {
  const event = fc.tuple(onDesktop, fc.integer({ min: 1, max: 999 })).chain(([desktop, number]) => {
    const left = events(desktop, number).filter(({ fault }) => isAllowed(fault));
    return fc.constantFrom(...left);
  });
  const deletion = fc
    .record({
      desktop_id: fc.constantFrom(...DESKTOPS),
      as: fc.constantFrom("404" as const, "status" as const),
    })
    .map((desktop): Fault => ({ fault: "desktop-deleted", ...desktop }));
  const hasEvents = events("", 0).some(({ fault }) => isAllowed(fault));
  return oneOf([
    [20, hasEvents ? event : undefined],
    [1, isAllowed("desktop-deleted") ? deletion : undefined],
  ]);
}

function oneOf<T>(
  all: readonly (readonly [number, fc.Arbitrary<T> | undefined])[],
): fc.Arbitrary<T> | undefined {
  const left = all.flatMap(([weight, arbitrary]) => (arbitrary === undefined ? [] : [{ weight, arbitrary }]));
  return left.length === 0 ? undefined : fc.oneof(...left);
}
