import { parseArgs } from "node:util";
import type { EmulatorOptions } from "./emulator";
import type { RateLimit } from "./rate-limit";
import type { JobTime } from "./state";

/** A command line that cannot be understood. */
export class BadFlag extends Error {
  constructor(message: string) {
    super(`${message} (see --help)`);
    this.name = "BadFlag";
  }
}

export interface Flags {
  readonly options: EmulatorOptions;
  readonly seedFile: string | undefined;
  /** Flags of the command line that describe a new world: a state file that has one makes them pointless. */
  readonly worldFlags: readonly string[];
  readonly dialects: readonly string[] | "list" | undefined;
  readonly quiet: boolean;
  readonly help: boolean;
}

export const help = `Usage: huaweicloud-workspace-emulator [options]

Emulates Huawei Cloud Workspace and IAM on this machine. Prints its address and
the environment variables for clients, and runs until Ctrl+C.

  --port N             TCP port; 0 selects a free one (default: 0)
  --host ADDRESS       address to listen on (default: 127.0.0.1)
  --desktops N         numbered desktops at the start (default: 0)
  --job-time MS        how long a job takes: 1000, or a range such as 500-2000 (default: 1000)
  --token-lifetime MS  how long tokens are valid (default: 86400000, a day)
  --clock MODE         real, or manual: time moves only with POST /_emulator/clock (default: real)
  --skew MS            offset of the time of day; --skew=-5000 is 5 s late (default: 0)
  --random-seed N      seed of random times and orders (default: 1)
  --seed FILE          initial accounts, desktops, faults and dialects, as JSON or YAML
  --state FILE         keep the world in this file, and go on with the world that it has
  --dialect NAME,...   readings of the documents to add to the plain one; "no-NAME" removes one,
                       "all" selects all, "list" prints each with one line and its source
  --max-lag MS         the longest lag of the dialect lagging-reads (default: 10000)
  --rate-limit LIMIT   requests of one account: 200/300000 takes 200 in five minutes, refilled one
                       by one; ",window" refills all at once, ",seconds" or ",date" adds
                       Retry-After to refusals (default: no limit)
  --check-answers      check every answer against openapi.yaml
  --quiet              write no line for each request to stderr
  --help               print this text
`;

/** Reads the command line. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parse(args);
  const options: EmulatorOptions = {
    ...numeric("port", values.port, (port) => ({ port: inRange("port", port, 65_535) })),
    ...(values.host !== undefined && { host: values.host }),
    ...numeric("desktops", values.desktops, (desktops) => ({
      desktops: inRange("desktops", desktops, 100_000),
    })),
    ...(values["job-time"] !== undefined && { jobTimeMs: jobTime(values["job-time"]) }),
    ...numeric("token-lifetime", values["token-lifetime"], (tokenLifetimeMs) => ({ tokenLifetimeMs })),
    ...numeric("random-seed", values["random-seed"], (seed) => ({ seed })),
    ...numeric("max-lag", values["max-lag"], (maxLagMs) => ({ maxLagMs })),
    ...(values["rate-limit"] !== undefined && { rateLimit: rateLimit(values["rate-limit"]) }),
    ...(values.state !== undefined && { stateFile: values.state }),
    ...(values.clock !== undefined && { clock: clockMode(values.clock) }),
    ...(values.skew !== undefined && { skewMs: signed("skew", values.skew) }),
    ...(values["check-answers"] === true && { checkAnswers: true }),
  };
  return {
    options,
    seedFile: values.seed,
    worldFlags: newWorld.filter((flag) => values[flag] !== undefined).map((flag) => `--${flag}`),
    dialects: dialects(values.dialect),
    quiet: values.quiet ?? false,
    help: values.help ?? false,
  };
}

/** These describe a new world. */
const newWorld = ["desktops", "clock", "skew", "random-seed", "seed", "dialect"] as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { type: "string" },
        host: { type: "string" },
        desktops: { type: "string" },
        "job-time": { type: "string" },
        "token-lifetime": { type: "string" },
        clock: { type: "string" },
        skew: { type: "string" },
        "random-seed": { type: "string" },
        seed: { type: "string" },
        state: { type: "string" },
        dialect: { type: "string", multiple: true },
        "max-lag": { type: "string" },
        "rate-limit": { type: "string" },
        "check-answers": { type: "boolean" },
        quiet: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new BadFlag(error instanceof Error ? error.message : String(error));
  }
}

function numeric<T>(flag: string, text: string | undefined, use: (value: number) => T): T | undefined {
  return text === undefined ? undefined : use(whole(flag, text));
}

function whole(flag: string, text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new BadFlag(`--${flag} must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

function signed(flag: string, text: string): number {
  return text.startsWith("-") ? -whole(flag, text.slice(1)) : whole(flag, text);
}

function inRange(flag: string, value: number, max: number): number {
  if (value > max) throw new BadFlag(`--${flag} must be at most ${max}, not ${value}`);
  return value;
}

function jobTime(text: string): JobTime {
  const [from = "", to, ...more] = text.split("-");
  if (more.length > 0)
    throw new BadFlag(`--job-time must be a number or a range, not ${JSON.stringify(text)}`);
  const min = whole("job-time", from);
  if (to === undefined) return min;
  const max = whole("job-time", to);
  if (max < min) throw new BadFlag(`--job-time must be a range from less to more, not ${text}`);
  return { min, max };
}

function rateLimit(text: string): RateLimit {
  const [limit = "", ...more] = text.split(",");
  const [, requests, perMs] = /^(\d{1,9})\/(\d{1,15})$/.exec(limit) ?? [];
  if (requests === undefined)
    throw new BadFlag(`--rate-limit must be like 200/300000, not ${JSON.stringify(text)}`);
  const parsed: RateLimit = { requests: Number(requests), perMs: Number(perMs) };
  for (const word of more) {
    if (word === "bucket" || word === "window") parsed.shape = word;
    else if (word === "seconds" || word === "date") parsed.retryAfter = word;
    else throw new BadFlag(`--rate-limit has an unknown part ${JSON.stringify(word)}`);
  }
  return parsed;
}

function dialects(values: readonly string[] | undefined): Flags["dialects"] {
  if (values === undefined) return undefined;
  const names = values.flatMap((value) => value.split(",")).map((name) => name.trim());
  return names.includes("list") ? "list" : names;
}

function clockMode(text: string): "real" | "manual" {
  if (text === "real" || text === "manual") return text;
  throw new BadFlag(`--clock must be real or manual, not ${JSON.stringify(text)}`);
}
