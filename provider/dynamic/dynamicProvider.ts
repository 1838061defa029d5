import type { Core } from "../core";
import type { Difference, DiskResource, Result } from "../core/disk/resource";
import { problemOf } from "../core/disk/texts";
import { CoreError, type Problem } from "../core/errors";
import { type Call, isRecord, type Log, type Progress, type Properties, UNKNOWN } from "../core/host";
import { formatDuration } from "../core/operation";
import { shownProblem } from "../front/shownProblem";
import {
  DEFAULT_TIMEOUT_MS,
  limitOf,
  READ_LIMIT,
  type TimedOperation,
  type TimeLimit,
} from "../front/timeLimits";

type Props = Record<string, unknown>;

/**
 * The methods of `pulumi.dynamic.ResourceProvider` as the engine's process
 * calls them. Written out here, because that process has the SDK loaded
 * already and loading it again for its types would cost half a second.
 */
export interface DynamicProvider {
  configure(request: { config: { get: (key: string) => unknown } }): Promise<void>;
  check(olds: Props, news: Props): Promise<{ inputs: Props; failures: Problem[] }>;
  diff(id: string, olds: Props, news: Props): Promise<{ changes: boolean; replaces: string[] }>;
  create(inputs: Props): Promise<{ id: string; outs: Props }>;
  read(id: string, props: Props): Promise<{ id: string; props: Props; inputs?: Props }>;
  update(id: string, olds: Props, news: Props): Promise<{ outs: Props }>;
  delete(id: string, props: Props): Promise<void>;
}

/** What the providers of one process share. */
export interface Front {
  core: Core;
  log: Log;
  /** Whether errors keep their stack, for people who look for a mistake in this package. */
  debug: boolean;
  configure(config: { get: (key: string) => unknown }): Promise<void>;
  /** Resolves when the configuration is there; without any, the environment alone counts. */
  ready(): Promise<void>;
  /** Names in the stack configuration and the environment that this package does not know. */
  configProblems(): Problem[];
  report(progress: Progress): void;
}

/**
 * Something is there, but the operation failed. The engine keeps id and
 * properties in state and shows the reasons; the next `up` calls update.
 */
export class KeptFailure extends Error {
  readonly reasons: string[];
  constructor(
    cause: CoreError,
    readonly id: string,
    readonly properties: Props,
  ) {
    super(cause.message);
    this.name = cause.name;
    this.reasons = [cause.message];
  }
}

/** Puts one kind of resource behind the engine's calls. */
export function dynamicProvider(front: Front, resourceOf: (core: Core) => DiskResource): DynamicProvider {
  const { core } = front;
  const resource = resourceOf(core);
  const displayed = new DisplayDiffs();
  /** The desktops that are looked at together, by the inputs of a preview. A run has none. */
  const previews = new Map<string, readonly string[]>();

  async function handle<T>(props: Props, joins: boolean, run: () => Promise<T> | T): Promise<T> {
    core.arrived(joins);
    try {
      await front.ready();
      return await run();
    } catch (error) {
      throw forEngine(error, props[PROVIDER_KEY], front.debug);
    } finally {
      core.left();
    }
  }

  const call = (phase: Call["phase"], resourceKey: string, limit: TimeLimit): Call => ({
    phase,
    resourceKey,
    ...limit,
    report: (progress) => {
      front.report(progress);
    },
    halted: () => core.halted(),
  });
  const preview = (key: string) => call("preview", key, READ_LIMIT);

  /** The state of an operation, as the engine keeps it; what failed is thrown with it. */
  const kept = ({ id, state, failure }: Result, timeouts: unknown): { id: string; outs: Props } => {
    const outs = toEngine(state, timeouts);
    if (failure === undefined) return { id, outs };
    throw new KeptFailure(failure, id, outs);
  };

  return {
    configure: ({ config }) => front.configure(config),

    check: (olds, news) =>
      handle(news, false, async () => {
        displayed.noteCheck(news);
        const desktops = previewedDesktops(news);
        if (desktops !== undefined) previews.set(keyOf(news), desktops);
        const call = preview(newKey(news));
        const failures = [
          ...resource.check(call, toCore(olds), toCore(news)),
          ...validateTimeouts(news[TIMEOUTS_KEY], UNKNOWN_VALUE),
          ...front.configProblems(),
        ];
        // A change is looked at when its state is known: in diff.
        if (failures.length === 0 && desktops !== undefined && Object.keys(given(olds)).length === 0)
          failures.push(...(await resource.lookAtNew(call, toCore(news), desktops)).map(problemOf));
        return { inputs: given(news), failures: failures.map((one) => shownProblem(one, toCore(news))) };
      }),

    diff: (id, olds, news) => {
      const display = displayed.answer(id, news);
      if (display !== undefined) return Promise.resolve(display);
      return handle(news, false, async () => {
        const difference = resource.diff(preview(id), id, toCore(olds), toCore(news));
        const desktops = previews.get(keyOf(news));
        if (desktops !== undefined && difference.changes)
          await resource.lookAtChange(preview(id), id, toCore(olds), toCore(news), desktops);
        showLines(front.log, id, difference);
        const timeouts =
          JSON.stringify(olds[TIMEOUTS_KEY] ?? {}) !== JSON.stringify(news[TIMEOUTS_KEY] ?? {});
        // State that the plugin wrote has no line that loads this provider: an update without a call writes it.
        const moved = news[PROVIDER_KEY] !== undefined && olds[PROVIDER_KEY] === undefined;
        return { changes: difference.changes || timeouts || moved, replaces: difference.replaces };
      });
    },

    create: (inputs) =>
      handle(inputs, true, async () => {
        const timeouts = inputs[TIMEOUTS_KEY];
        const result = await resource.create(
          call("run", newKey(inputs), timeLimit(timeouts, "create")),
          toCore(inputs),
        );
        return kept(result, timeouts);
      }),

    read: (id, props) =>
      handle(props, true, async () => {
        const found = await resource.read(call("run", id, READ_LIMIT), id, toCore(props));
        if (found === undefined) return { id: "", props: {} };
        const { state, inputs } = found;
        const timeouts = props[TIMEOUTS_KEY];
        displayed.noteRead(found.id, props, inputs !== undefined);
        return {
          id: found.id,
          props: toEngine(state, timeouts),
          ...(inputs === undefined ? {} : { inputs: toEngine(inputs, timeouts) }),
        };
      }),

    update: (id, olds, news) =>
      handle(news, true, async () => {
        const timeouts = news[TIMEOUTS_KEY];
        const limit = timeLimit(timeouts, "update");
        const result = await resource.update(call("run", id, limit), id, toCore(olds), toCore(news));
        return { outs: kept(result, timeouts).outs };
      }),

    delete: (id, props) =>
      handle(props, true, () =>
        resource.delete(call("run", id, timeLimit(props[TIMEOUTS_KEY], "delete")), id, toCore(props)),
      ),
  };
}

/**
 * After a refresh has read a resource, the engine asks for the difference
 * between what is there and the inputs of before, only to display it. No
 * program wants that change: a refusal of it, such as to shrink or to move to
 * the region of this run's environment, would fail the refresh. A diff that
 * somebody means comes after a check of the same inputs.
 */
export class DisplayDiffs {
  readonly #reads = new Map<string, { changes: boolean; at: number }>();
  readonly #checks = new Map<string, number>();
  /** Counts reads and checks, so that it is known which came first. */
  #now = 0;

  noteCheck(news: Props): void {
    this.#checks.set(keyOf(news), (this.#now += 1));
  }

  noteRead(id: string, props: Props, changes: boolean): void {
    // A look-up by id has no state, and no such question follows it.
    if (props.desktopId !== undefined) this.#reads.set(id, { changes, at: (this.#now += 1) });
  }

  /** The answer where the diff is only displayed; else undefined. */
  answer(id: string, news: Props): { changes: boolean; replaces: string[] } | undefined {
    const read = this.#reads.get(id);
    this.#reads.delete(id);
    if (read === undefined || (this.#checks.get(keyOf(news)) ?? 0) > read.at) return undefined;
    return { changes: read.changes, replaces: [] };
  }
}

function keyOf(props: Props): string {
  return JSON.stringify(Object.entries(given(props)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Properties without nulls and without the engine's own key. */
function given(props: Props): Props {
  const kept = Object.entries(props).filter(
    ([key, value]) => key !== PROVIDER_KEY && key !== PREVIEW_KEY && value !== undefined && value !== null,
  );
  return Object.fromEntries(kept);
}

/** The desktops that the program names in a preview, as far as they are known; undefined in a run. */
function previewedDesktops({ [PREVIEW_KEY]: desktops }: Props): readonly string[] | undefined {
  if (desktops === undefined || desktops === null) return undefined;
  return typeof desktops === "string" && desktops !== UNKNOWN_VALUE
    ? desktops.split(" ").filter(Boolean)
    : [];
}

/** How a resource that has no id yet is called in messages: methods of dynamic providers are told no name. */
function newKey({ desktopId }: Props): string {
  return typeof desktopId === "string" && desktopId !== UNKNOWN_VALUE
    ? `(new, on desktop ${desktopId})`
    : "(new)";
}

function showLines(log: Log, id: string, { lines }: Difference): void {
  if (lines.length > 0) log.info([`${id}:`, ...lines].join("\n  "));
}

/**
 * The engine's process prints `${error}: ${error.stack}` beside the message,
 * which would tell everything twice: a title and a hint are left of it. An
 * error with an id is kept in state, which then needs the provider's line.
 */
function forEngine(error: unknown, provider: unknown, debug: boolean): Error {
  const shown = error instanceof Error ? error : new Error(String(error));
  if (shown instanceof KeptFailure) shown.properties[PROVIDER_KEY] = provider;
  if (debug) return shown;
  shown.stack = "";
  if (shown instanceof CoreError) {
    const title = `${shown.failed} [${shown.code}]`;
    Object.defineProperty(shown, "toString", { value: () => title });
    shown.stack = "the whole message stands with the resource";
  }
  return shown;
}

/** What the engine puts in the place of a value that is not known before another resource has been made. */
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Where the engine keeps the line that loads this package. */
const PROVIDER_KEY = "__provider";
/** The input that carries the resource option `customTimeouts`, which the engine does not hand to dynamic providers. */
const TIMEOUTS_KEY = "timeouts";

/** The input with the desktops of a preview. It is in no state: check takes it out. */
const PREVIEW_KEY = "__preview";

const OF_THE_FRONT: readonly string[] = [PROVIDER_KEY, TIMEOUTS_KEY, PREVIEW_KEY];

/** Properties as the core takes them: without what belongs to this front, without nulls, with its own mark for unknown values. */
function toCore(props: Properties): Properties {
  const given = Object.entries(props).filter(
    ([key, value]) => !OF_THE_FRONT.includes(key) && value !== undefined && value !== null,
  );
  return Object.fromEntries(given.map(([key, value]) => [key, withUnknowns(value)]));
}

/** Properties as the engine keeps them: those of the core, with the time limits of the resource. */
function toEngine(props: Properties, timeouts: unknown): Record<string, unknown> {
  return timeouts === undefined || timeouts === null ? { ...props } : { ...props, [TIMEOUTS_KEY]: timeouts };
}

function withUnknowns(value: unknown): unknown {
  if (value === UNKNOWN_VALUE) return UNKNOWN;
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withUnknowns(one)]));
}

const TIMED: readonly string[] = ["create", "update", "delete"] satisfies TimedOperation[];
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads a duration as Pulumi writes them (`90s`, `30m`, `1h30m`) in ms; nothing if it is none, or zero. */
export function durationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(count) * (UNITS_MS[unit ?? ""] ?? 0);
  }
  return total > 0 ? total : undefined;
}

/** The limit of one operation: as the input `timeouts` says, else 30 minutes. */
export function timeLimit(timeouts: unknown, operation: TimedOperation): TimeLimit {
  const given = isRecord(timeouts) ? timeouts[operation] : undefined;
  const timeoutMs = typeof given === "string" ? durationMs(given) : undefined;
  return limitOf(operation, timeoutMs);
}

/** What is wrong with the input `timeouts`. Unknown values pass. */
export function validateTimeouts(timeouts: unknown, unknownValue: string): Problem[] {
  if (timeouts === undefined || timeouts === null || timeouts === unknownValue) return [];
  if (!isRecord(timeouts)) {
    const reason = 'must be limits by operation, such as { create: "90s" }. [HWD1101]';
    return [{ property: "customTimeouts", reason }];
  }
  return Object.entries(timeouts)
    .filter(([, value]) => value !== undefined && value !== null)
    .flatMap(([operation, value]): Problem[] => {
      const property = `customTimeouts.${operation}`;
      if (!TIMED.includes(operation))
        return [{ property, reason: `is no time limit; there are ${TIMED.join(", ")}. [HWD1102]` }];
      if (value === unknownValue) return [];
      if (typeof value === "string" && durationMs(value) !== undefined) return [];
      const examples = `"90s", "${formatDuration(DEFAULT_TIMEOUT_MS)}" or "1h30m"`;
      return [
        {
          property,
          reason: `is ${JSON.stringify(value)}; give a duration such as ${examples}. [HWD1101]`,
        },
      ];
    });
}
