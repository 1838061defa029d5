/** Draws histories: a world, and the commands that happen in it. */
import fc from "fast-check";
import { type DialectName, dialectNames, dialectCatalogue } from "huaweicloud-workspace-emulator";
import { ATTACHMENTS, type Change, PLACES } from "../engine/program";
import type { Command, Death } from "../engine/stack";
import { DESKTOPS } from "../world/desktops";
import type { ActorDraw, WorldDraw } from "../world/world";
import { ChangeProgram, Fill, JumpClock, OrderFault, PassTime, Power, RunEngine } from "./commands";
import { doings, faults, onDesktop } from "./faults";
import type { Feature } from "./features";
import type { History } from "./history";

/** What may be drawn. */
export interface DrawOptions {
  /** Features that are never drawn. A plain dialect that is left out is never spoken. */
  readonly without: readonly Feature[];
  /**
   * The second actor, the second stack and lags up to the bound are there each time, and every second time all
   * dialects at once: one that stops everything would else hide what the others break.
   */
  readonly isHarshest: boolean;
  /** The longest lag of reads, in ms. */
  readonly maxLagMs: number;
}

type Commands = Iterable<fc.AsyncCommand<History, History>>;

/** Whether a feature may be drawn. */
export type Has = (feature: Feature) => boolean;

export function worlds({ without, isHarshest, maxLagMs }: DrawOptions): fc.Arbitrary<WorldDraw> {
  const has: Has = (feature) => !without.includes(feature);
  const possible = dialectNames.filter(has);
  const maybe = <T>(feature: Feature, what: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | undefined> => {
    if (!has(feature)) return fc.constant(undefined);
    return isHarshest ? what : seldom(what, oneIn);
  };
  return fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    dialects: isHarshest ? fc.oneof(fc.constant(possible), fc.subarray(possible)) : dialectsOf(possible),
    maxLagMs: isHarshest ? fc.constant(maxLagMs) : fc.constantFrom(...new Set([300, 2_000, maxLagMs])),
    secondActor: maybe("second-actor", actorOf(has, isHarshest), 3),
    hasSecondStack: maybe("second-stack", fc.constant(true), 3).map((is) => is === true),
    credentials: fc.constantFrom("key" as const, "password" as const),
    tokenLifetimeMs: fc.constantFrom(86_400_000, 86_400_000, 2_000),
    echoEvery: has("echo") ? fc.constantFrom(0, 0, 0, 7) : fc.constant(0),
    hasFaults: fc.constant(true),
    startsWith: fc.constantFrom(0, 2, 4, 6),
    furnished: fc.subarray(DESKTOPS.map((_, index) => index + 1)),
  });
}

export function histories(options: DrawOptions, replayPath?: string): fc.Arbitrary<Commands> {
  const has: Has = (feature) => !options.without.includes(feature);
  const isAllowed = (name: Parameters<Parameters<typeof faults>[0]>[0]) => has(`fault:${name}`);
  const fault = faults(isAllowed);
  const doing = doings(isAllowed);
  const all: (fc.Arbitrary<fc.AsyncCommand<History, History>> | false | undefined)[] = [
    // What stands here more often is drawn more often.
    ...Array.from({ length: 5 }, () => changing),
    filling,
    ...Array.from({ length: 4 }, () => engine(has)),
    fault?.map((one) => new OrderFault(one, 0)),
    fault && fc.tuple(fault, afterMs).map(([one, when]) => new OrderFault(one, when)),
    doing && fc.tuple(doing, afterMs).map(([one, when]) => new OrderFault(one, when)),
    fc.constantFrom(100, 3_000, 12_000, 400_000).map((ms) => new PassTime(ms)),
    has("clock-jumps") &&
      fc
        .tuple(afterMs, fc.constantFrom(-3_600_000, -60_000, 60_000, 3_600_000))
        .map(([when, ms]) => new JumpClock(when, ms)),
    has("power") && fc.tuple(onDesktop, fc.boolean()).map(([desktop, isOn]) => new Power(desktop, isOn)),
  ];
  const possible = all.filter((one) => one !== undefined && one !== false);
  return fc.commands(possible, {
    maxCommands: 30,
    size: "max",
    ...(replayPath === undefined ? {} : { replayPath }),
  });
}

/** Plain dialects are mostly spoken, the others sometimes. */
function dialectsOf(possible: readonly DialectName[]): fc.Arbitrary<DialectName[]> {
  const plain = possible.filter((name) => dialectCatalogue[name].plain);
  const rest = possible.filter((name) => !dialectCatalogue[name].plain);
  return fc
    .tuple(fc.oneof({ weight: 2, arbitrary: fc.constant(plain) }, fc.subarray(plain)), fc.subarray(rest))
    .map(([some, more]) => [...some, ...more]);
}

function actorOf(has: Has, isHarshest: boolean): fc.Arbitrary<ActorDraw> {
  const maybeAlike = isHarshest ? fc.constant(true) : fc.boolean();
  const alike = has("second-actor-alike") ? maybeAlike : fc.constant(false);
  const touches = has("second-actor-any")
    ? fc.constantFrom("own" as const, "own" as const, "any" as const)
    : fc.constant("own" as const);
  return fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    isAlike: alike,
    everyMs: fc.constantFrom(
      { min: 2_000, max: 15_000 },
      { min: 500, max: 4_000 },
      { min: 20_000, max: 90_000 },
    ),
    touches,
  });
}

const place = fc.constantFrom(...PLACES);
const stack = fc.constantFrom(0, 0, 1);
const afterMs = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 20_000 }));
const timeout = fc.constantFrom(undefined, undefined, undefined, undefined, "4s", "20s");
const type = fc.constantFrom("SSD", "SSD", "ESSD", "SAS");

const put: fc.Arbitrary<Change> = fc.record({
  do: fc.constant("put" as const),
  at: place,
  desktop: onDesktop,
  type,
  isFast: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 5),
  isProtected: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 5),
  timeout,
});

const other: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        ...([
          "take away",
          "take away",
          "grow",
          "grow",
          "retype",
          "protect",
          "unprotect",
          "tune",
          "look up",
        ] as const),
      ),
      at: place,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hand over" as const), at: place, to: place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("adopt" as const), at: place, desktop: onDesktop }) },
);

const changing = fc
  .tuple(stack, fc.oneof({ weight: 3, arbitrary: put }, { weight: 4, arbitrary: other }), fc.nat(100))
  .map(([number, change, pick]) => new ChangeProgram(number, change, pick));

/** Many attachments that arrive on one desktop in one run. */
const filling = fc
  .record({
    number: stack,
    desktop: onDesktop,
    places: fc.subarray([...ATTACHMENTS], { minLength: 2, maxLength: 8 }),
    type,
    timeout,
  })
  .map(({ number, desktop, places, type: of, timeout: limit }) => {
    const kind = { type: of, isFast: false, isProtected: false, timeout: limit };
    const puts = places.map((at): Change => ({ do: "put", at, desktop, ...kind }));
    return new Fill(number, puts);
  });

function engine(has: Has): fc.Arbitrary<RunEngine> {
  const death: fc.Arbitrary<Death> = fc.record({
    afterMs,
    of: fc.constantFrom("the provider", "the engine", "both", "interrupt"),
  });
  const command: fc.Arbitrary<Command> = fc.record({
    command: fc.constantFrom("up", "up", "up", "up", "refresh", "refresh", "destroy"),
    pace: fc.constantFrom(0, 3, 40, 400),
    death: has("deaths") ? seldom(death, 4) : fc.constant(undefined),
  });
  const beside = has("second-stack")
    ? seldom(fc.record({ afterMs: fc.integer({ min: 0, max: 6_000 }), command }), 2)
    : fc.constant(undefined);
  return fc.tuple(stack, command, beside).map((parts) => new RunEngine(...parts));
}

function seldom<T>(what: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | undefined> {
  return fc
    .tuple(fc.integer({ min: 0, max: oneIn - 1 }), what)
    .map(([roll, value]) => (roll === oneIn - 1 ? value : undefined));
}
