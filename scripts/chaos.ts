/** `npm run chaos`: random histories until something breaks. See CONTRIBUTING.md. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startOwned } from "./owned-process";
import { obtainCli } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";

const usage = `npm run chaos -- [--seeds N] [--seed S] [--minutes M] [what is drawn]   histories through the provider
npm run chaos -- --list-promises                                  what is judged
npm run chaos -- --engine [--seeds N] [--seed S]                  blows to the real CLI, and fixed scenarios
npm run chaos -- --handles [--minutes M]                          sockets and files of a long run

--seeds N          so many of them (1000; with --engine 12)
--seed S           the first of them (a new one each time); the others follow
--minutes M        ends after so long (60; with --handles 3)
--path P           only this shrunk failure, as it was printed; with --replay R, where it has one

What is drawn (all but what testing/excluded.ts names):
--harshest         second actor, second stack, all faults, lags to 10 s and every dialect, whatever is excluded
--dialects A,B     these dialects and no others; "" for none
--actor on|off     with or without a second actor
--without A,B      none of these dialects, faults (fault:NAME) and other parts
--max-lag MS       the longest lag of reads (10000)

--no-shrink        failures are told as they are
--timeline P       what process P of a failure (A3: the third of stack A) was asked, sent and said
--examine N        so many failures of each promise are looked into for the table at the end (10)`;

/** The flags that the histories read for themselves; see testing/history/flags.ts. */
const drawing = {
  harshest: { type: "boolean" },
  dialects: { type: "string" },
  actor: { type: "string" },
  without: { type: "string" },
  "max-lag": { type: "string" },
  path: { type: "string" },
  replay: { type: "string" },
  timeline: { type: "string" },
  "no-shrink": { type: "boolean" },
  examine: { type: "string" },
  "list-promises": { type: "boolean" },
} as const;

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is "${text}"; give a whole number`);
  return Number(text);
}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: "string" },
      seed: { type: "string" },
      minutes: { type: "string" },
      ...drawing,
      engine: { type: "boolean", default: false },
      handles: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const part = values.engine ? "engine" : values.handles ? "handles" : "provider";
  if (part !== "provider") await obtainCli(console.error.bind(console));
  const flags = Object.keys(drawing).flatMap((name) => {
    const value = values[name as keyof typeof drawing];
    return value === undefined || value === false
      ? []
      : value === true
        ? [`--${name}`]
        : [`--${name}`, value];
  });
  const seed = wholeNumber("seed", values.seed) ?? Math.floor(Math.random() * 1_000_000);
  console.error(`The first seed is ${seed}.`);
  const bin = createRequire(join(repositoryRoot, "package.json")).resolve("jest/bin/jest");
  const child = startOwned(
    process.execPath,
    [bin, "--config", "jest.chaos.config.js", "--runInBand", "--silent=false", `chaos/${part}`],
    {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        CHAOS_SEED: String(seed),
        CHAOS_SEEDS: String(wholeNumber("seeds", values.seeds) ?? (values.engine ? 12 : 1000)),
        CHAOS_MINUTES: String(wholeNumber("minutes", values.minutes) ?? (values.handles ? 3 : 60)),
        CHAOS_FLAGS: JSON.stringify(flags),
      },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  process.exitCode = await new Promise<number>((resolve) => {
    child.once("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
});
