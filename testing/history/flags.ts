/** The flags of `npm run chaos`; `--help` describes them. */
import { parseArgs } from "node:util";
import { dialectNames } from "huaweicloud-workspace-emulator";
import { excludedNames } from "../excluded";
import type { DrawOptions } from "./draw";
import { type Feature, featuresNamed, isFeature } from "./features";

/** The fronts that a history may go through. */
const fronts = ["dynamic", "plugin"] as const;

export interface Flags {
  /** Default: a new one each time. */
  readonly seed: number | undefined;
  readonly seeds: number;
  readonly minutes: number;
  /** Default: the dynamic front. */
  readonly front: (typeof fronts)[number];
  readonly draw: DrawOptions;
  /** Only this shrunk failure, in fast-check's words. */
  readonly path: string | undefined;
  readonly replayPath: string | undefined;
  readonly shrinks: number;
  /** So many failures of each promise are looked into, to blame parts of their worlds. */
  readonly examined: number;
  /** The process whose timeline is told, such as A3. */
  readonly timelineOf: string | undefined;
  readonly listsPromises: boolean;
  /** The flags that say what is drawn, as they were given: a repetition needs them. */
  readonly repeated: string;
}

/** All that a second actor may be. */
const actors = ["second-actor", "second-actor-alike", "second-actor-any"] as const;

/** How many smaller histories are tried for a failure. */
const SHRINKS = 150;
const LONGEST_LAG_MS = 10_000;

/** Throws for what nobody knows, naming what there is. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      seeds: { type: "string" },
      minutes: { type: "string" },
      engine: { type: "boolean", default: false },
      handles: { type: "boolean", default: false },
      front: { type: "string", default: "dynamic" },
      harshest: { type: "boolean", default: false },
      dialects: { type: "string" },
      actor: { type: "string" },
      without: { type: "string" },
      "max-lag": { type: "string" },
      path: { type: "string" },
      replay: { type: "string" },
      timeline: { type: "string" },
      "no-shrink": { type: "boolean", default: false },
      examine: { type: "string" },
      "list-promises": { type: "boolean", default: false },
    },
  });
  const { harshest: isHarshest, dialects, actor, without, "max-lag": lag, path, replay, examine } = values;
  const front = fronts.find((one) => one === values.front);
  if (front === undefined)
    throw new Error(`--front is ${JSON.stringify(values.front)}; give ${fronts.join(" or ")}`);
  const left = isHarshest ? [] : excludedNames;
  const drawn = new Set<Feature>(left);
  if (dialects !== undefined) {
    const named = namesIn(dialects);
    for (const name of dialectNames) {
      if (named.includes(name)) drawn.delete(name);
      else drawn.add(name);
    }
    const wrong = named.find((name) => !dialectNames.some((known) => known === name));
    if (wrong !== undefined)
      throw new Error(`There is no dialect ${JSON.stringify(wrong)}. Known: ${dialectNames.join(", ")}`);
  }
  if (actor !== undefined && actor !== "on" && actor !== "off")
    throw new Error(`--actor is ${JSON.stringify(actor)}; give on or off`);
  if (actor === "off") drawn.add("second-actor");
  if (actor === "on") for (const name of actors) drawn.delete(name);
  for (const name of featuresNamed(without === undefined ? [] : namesIn(without))) drawn.add(name);
  return {
    seed: wholeNumber("seed", values.seed),
    seeds: wholeNumber("seeds", values.seeds) ?? (values.engine ? 12 : 1000),
    minutes: wholeNumber("minutes", values.minutes) ?? (values.handles ? 3 : 60),
    front,
    draw: {
      without: [...drawn].filter(isFeature),
      isHarshest,
      maxLagMs: wholeNumber("max-lag", lag) ?? LONGEST_LAG_MS,
    },
    path,
    replayPath: replay,
    shrinks: values["no-shrink"] ? 0 : SHRINKS,
    examined: wholeNumber("examine", examine) ?? 10,
    timelineOf: values.timeline,
    listsPromises: values["list-promises"],
    repeated: [
      front === "dynamic" ? "" : ` --front ${front}`,
      isHarshest ? " --harshest" : "",
      ...Object.entries({ dialects, actor, without, "max-lag": lag }).map(([name, value]) =>
        value === undefined ? "" : ` --${name} ${value === "" ? '""' : value}`,
      ),
    ].join(""),
  };
}

function namesIn(text: string): string[] {
  return text.split(",").filter((name) => name !== "");
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is ${JSON.stringify(text)}; give a whole number`);
  return Number(text);
}
