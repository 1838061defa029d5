import { execa } from "execa";
import { readFlags } from "../testing/history/flags";
import { obtainCli } from "../scripts/pulumi/obtain";
import { repositoryRoot } from "../scripts/repository";

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
--front F       the front: dynamic or plugin (dynamic)
What is drawn (all but what testing/excluded.ts names):
--harshest      second actor, second stack, all faults, lags to 10 s and every dialect, even if excluded
--dialects A,B  these dialects and no others; "" for none
--actor on|off  with or without a second actor
--without A,B   none of these dialects, faults (fault:NAME) and other parts
--max-lag MS    the longest lag of reads (10000)`;

/** `npm run chaos`: random histories until something breaks. Throws for a flag that it does not know. See CONTRIBUTING.md. */
export async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) {
    console.log(usage);
    return;
  }
  readFlags(args);
  const part = ["engine", "handles"].find((name) => args.includes(`--${name}`)) ?? "provider";
  if (part !== "provider") await obtainCli();
  const jest = ["--config", "jest.chaos.config.js", "--runInBand", "--silent=false", `chaos/${part}`];
  const options = { cwd: repositoryRoot, env: { CHAOS_FLAGS: JSON.stringify(args) }, reject: false } as const;
  const { exitCode } = await execa(process.execPath, [require.resolve("jest/bin/jest"), ...jest], {
    ...{ ...options, stdin: "ignore", stdout: "inherit", stderr: "inherit" },
  });
  process.exitCode = exitCode ?? 1;
}
