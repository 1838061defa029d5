import { parseArgs } from "node:util";
import { execa } from "execa";
import { obtainCli } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";

const usage = `npm run chaos -- [--seeds N] [--seed S] [--minutes M] [what is drawn]   histories through the provider
npm run chaos -- --list-promises                  what is judged
npm run chaos -- --engine [--seeds N] [--seed S]  kills of the real CLI, and fixed scenarios
npm run chaos -- --handles [--minutes M]          sockets and files of a long run

--seeds N       number of histories (1000; with --engine 12)
--seed S        the first seed (a new one each time); the others follow
--minutes M     time limit (60; with --handles 3)
--path P        only this shrunk failure, as it was printed; with --replay R, where it has one
--no-shrink     report failures as they are
--timeline P    what process P of a failure (A3: the third of stack A) was asked, sent and said
--examine N     number of failures of each promise to examine for the table at the end (10)
What is drawn (all but what testing/excluded.ts names):
--harshest      second actor, second stack, all faults, lags to 10 s and every dialect, even if excluded
--dialects A,B  these dialects and no others; "" for none
--actor on|off  with or without a second actor
--without A,B   none of these dialects, faults (fault:NAME) and other parts
--max-lag MS    the longest lag of reads (10000)`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const own = { seeds: text, seed: text, minutes: text, engine: flag, handles: flag, help: flag };
const drawing = {
  ...{ harshest: flag, "no-shrink": flag, "list-promises": flag, dialects: text, actor: text, without: text },
  ...{ "max-lag": text, path: text, replay: text, timeline: text, examine: text },
};

function wholeNumber(name: string, given: string | undefined, otherwise: number): string {
  const number = given ?? String(otherwise);
  if (!/^\d{1,9}$/.test(number)) throw new Error(`--${name} is "${number}"; give a whole number`);
  return number;
}

/** `npm run chaos`: random histories until something breaks. See CONTRIBUTING.md. */
export async function main(args: string[]): Promise<void> {
  const { values, tokens } = parseArgs({ args, options: { ...own, ...drawing }, tokens: true });
  if (values.help === true) throw new Error(usage);
  // The histories read the others for themselves: testing/history/flags.ts.
  const flags = tokens.flatMap((token) =>
    token.kind === "option" && token.name in drawing ? [`--${token.name}`, token.value ?? []].flat() : [],
  );
  const part = values.engine === true ? "engine" : values.handles === true ? "handles" : "provider";
  const env = {
    CHAOS_SEED: wholeNumber("seed", values.seed, Math.floor(Math.random() * 1_000_000)),
    CHAOS_SEEDS: wholeNumber("seeds", values.seeds, part === "engine" ? 12 : 1000),
    CHAOS_MINUTES: wholeNumber("minutes", values.minutes, part === "handles" ? 3 : 60),
    CHAOS_FLAGS: JSON.stringify(flags),
  };
  if (part !== "provider") await obtainCli();
  console.error(`The first seed is ${env.CHAOS_SEED}.`);
  const jest = ["--config", "jest.chaos.config.js", "--runInBand", "--silent=false", `chaos/${part}`];
  const shown = { stdin: "ignore", stdout: "inherit", stderr: "inherit" } as const;
  const { exitCode } = await execa(process.execPath, [require.resolve("jest/bin/jest"), ...jest], {
    cwd: repositoryRoot,
    env,
    ...shown,
    reject: false,
  });
  process.exitCode = exitCode ?? 1;
}
