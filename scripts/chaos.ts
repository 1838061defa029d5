/** `npm run chaos`: random histories until something breaks. See CONTRIBUTING.md. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startOwned } from "./owned-process";
import { obtainCli } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";

const usage = `npm run chaos -- [--seeds N] [--seed S] [--minutes M] [--path P]   histories through the provider
npm run chaos -- --engine [--seeds N] [--seed S]                  blows to the real CLI, and fixed scenarios
npm run chaos -- --handles [--minutes M]                          sockets and files of a long run

--seeds N    so many of them (1000; with --engine 12)
--seed S     the first of them (a new one each time); the others follow
--minutes M  ends after so long (60; with --handles 3)
--path P     only this shrunk failure, as it was printed`;

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
      path: { type: "string" },
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
        ...(values.path === undefined ? {} : { CHAOS_PATH: values.path }),
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
