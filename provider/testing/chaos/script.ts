/** What may happen to a stack: a random series of commands, changes of its program, faults and others' doings. */
import fc from "fast-check";
import type { Fault } from "huaweicloud-workspace-emulator";
import { passing, wrong } from "../histories";
import { desktopId } from "../stage";

/** Where a program may have a disk: four attachments, and the names of a `DesktopDataDisks` on each of two desktops. */
export const PLACES = ["a", "b", "c", "d", "P.x", "P.y", "P.z", "Q.x", "Q.y"] as const;
export type PlaceName = (typeof PLACES)[number];

/** The numbered desktops of a history. */
export const DESKTOPS = [1, 2, 3].map((number) => desktopId(number));
/** A disk that is on each desktop from the start and belongs to nobody here. */
export const THEIRS = { type: "SAS", size: 70 };
export const theirs = (desktop: string) => `theirs-${desktop.slice(-1)}`;
export const isTheirs = (volumeId: string) => volumeId.startsWith("theirs");

/** A change of the program, before a command. */
export type Change =
  | { do: "put"; at: PlaceName; on: string; type: string; fast: boolean; timeout: string | undefined }
  | { do: "take away" | "grow" | "retype" | "protect" | "unprotect" | "quicken"; at: PlaceName }
  /** Another place takes over the disk (`existingVolumeId`), and this one goes. */
  | { do: "hand over"; at: PlaceName; to: PlaceName }
  /** A disk that is nobody's is taken over. */
  | { do: "adopt"; at: PlaceName; on: string };

/** How a command loses a part of itself, so many ms after its begin. */
export interface Death {
  after: number;
  /** `interrupt`: a first Ctrl-C; what is going on is finished, nothing new is begun. */
  of: "the provider" | "the engine" | "both" | "interrupt";
}

/** One command of the engine. */
export interface Command {
  command: "up" | "refresh" | "destroy";
  changes: Change[];
  /** The engine's pause between what it hands over, in ms. */
  pace: number;
  death: Death | undefined;
  faults: Fault[];
  others: { after: number; fault: Fault }[];
  /** The machine's time of day jumps by so much, in ms. */
  jump: number;
}

/** A history: how the run signs in, and its commands. */
export interface Script {
  credentials: "key" | "password";
  tokenLifetimeMs: number;
  /** Every so many-th answer is what a broken gateway makes of it: the headers of the request, as they came. */
  echoEvery: number;
  commands: Command[];
}

const place = fc.constantFrom(...PLACES);
/** Mostly one desktop: there they get in each other's way. */
const on = fc.oneof(
  { weight: 3, arbitrary: fc.constant(desktopId(1)) },
  { weight: 2, arbitrary: fc.constantFrom(...DESKTOPS) },
);

const put: fc.Arbitrary<Change> = fc.record({
  do: fc.constant("put" as const),
  at: place,
  on,
  type: fc.constantFrom("SSD", "SSD", "ESSD", "SAS"),
  fast: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
  timeout: fc.constantFrom(undefined, undefined, undefined, undefined, "4s", "20s"),
});
const other: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...(["take away", "take away", "grow", "grow", "retype", "protect", "unprotect", "quicken"] as const),
      ),
      at: place,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hand over" as const), at: place, to: place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("adopt" as const), at: place, on }) },
);

const after = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20_000 }));
const death: fc.Arbitrary<Death> = fc.record({
  after,
  of: fc.constantFrom("the provider", "the engine", "both", "interrupt"),
});

const more = fc.oneof(
  fc.constantFrom<Fault>(
    { fault: "order-instead-of-job", match: { operation: "AddDesktopVolumes" } },
    { fault: "older-fields", times: 5 },
    { fault: "root-among-data", times: 5 },
    { fault: "desktop-as-array", times: 5 },
    { fault: "no-data-volumes", times: 2 },
    { fault: "wrong-project", match: { operation: "ListDesktopsDetail" } },
    { fault: "throttle", retry_after_s: 1, match: { method: "GET" }, times: 3 },
    { fault: "job-never-ends", match: { operation: "AddDesktopVolumes" } },
    { fault: "job-never-ends", match: { operation: "DeleteDesktopVolumes" } },
    { fault: "no-answer", match: { path: "/v3/*" }, times: 2 },
    { fault: "respond", status: 503, match: { path: "/v3/*" }, times: 2 },
    { fault: "respond", status: 401, match: { path: "/v2/*" }, times: 2 },
    { fault: "not-json", match: { path: "/v3/*" } },
  ),
  fc.constantFrom(...DESKTOPS).map((desktop): Fault => ({
    fault: "list-misses-desktop",
    desktop_id: desktop,
    times: 3,
  })),
  fc.constantFrom(...DESKTOPS).map((desktop): Fault => ({
    fault: "refuse-batch",
    volume_id: theirs(desktop),
    times: 2,
  })),
  // A tenth of all answers is lost, for a while.
  fc.integer({ min: 1, max: 1000 }).map((seed): Fault => ({
    fault: "cut-after-work",
    probability: 0.1,
    seed,
    times: "always",
    for_ms: 60_000,
    match: { path: "/v2/*" },
  })),
);

const event = fc
  .record({ after: fc.integer({ min: 0, max: 15_000 }), on, id: fc.uuid() })
  .chain(({ after: when, on: where, id }) => {
    const volumes = (kind: object) => [{ ...kind, volume_id: `theirs-${id}` }];
    const alike = { type: "SSD", size: 20 };
    return fc
      .constantFrom<Fault>(
        { fault: "foreign-job", desktop_id: where, duration_ms: 15_000 },
        { fault: "foreign-job", desktop_id: where, duration_ms: 40_000, visible: false },
        { fault: "volumes-added", desktop_id: where, volumes: volumes(THEIRS) },
        { fault: "volumes-added", desktop_id: where, volumes: volumes(alike) },
        { fault: "volumes-added", desktop_id: where, volumes: volumes(alike), job: "visible" },
        { fault: "volumes-removed", desktop_id: where, volume_ids: [theirs(where)] },
        { fault: "token-revoked" },
      )
      .map((fault) => ({ after: when, fault }));
  });

/** Now and then somebody deletes a whole desktop. */
const deletion = fc
  .record({
    after: fc.integer({ min: 0, max: 15_000 }),
    desktop: fc.constantFrom(...DESKTOPS),
    as: fc.constantFrom("404" as const, "status" as const),
  })
  .map(({ after: when, desktop, as }): Command["others"][number] => ({
    after: when,
    fault: { fault: "desktop-deleted", desktop_id: desktop, as },
  }));

const seldom = <T>(what: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | undefined> =>
  fc
    .tuple(fc.integer({ min: 0, max: oneIn - 1 }), what)
    .map(([roll, value]) => (roll === oneIn - 1 ? value : undefined));

const command: fc.Arbitrary<Command> = fc.record({
  command: fc.constantFrom("up", "up", "up", "up", "refresh", "destroy"),
  changes: fc.array(fc.oneof({ weight: 3, arbitrary: put }, { weight: 4, arbitrary: other }), {
    maxLength: 7,
  }),
  pace: fc.constantFrom(0, 3, 40, 400),
  death: seldom(death, 4),
  faults: fc.array(fc.oneof({ weight: 3, arbitrary: passing }, { weight: 2, arbitrary: wrong }, more), {
    maxLength: 3,
  }),
  others: fc
    .tuple(fc.array(event, { maxLength: 2 }), seldom(deletion, 30))
    .map(([events, gone]) => (gone === undefined ? events : [...events, gone])),
  jump: seldom(fc.constantFrom(-3_600_000, -60_000, 60_000, 3_600_000), 10).map((ms) => ms ?? 0),
});

export const scripts: fc.Arbitrary<Script> = fc.record({
  credentials: fc.constantFrom("key", "password"),
  tokenLifetimeMs: fc.constantFrom(86_400_000, 86_400_000, 2_000),
  echoEvery: fc.constantFrom(0, 0, 0, 7),
  commands: fc.array(command, { minLength: 1, maxLength: 5 }),
});
