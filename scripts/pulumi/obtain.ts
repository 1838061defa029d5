import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../repository";
import { searchCli, versionDirectory } from "./cli";
import type { CliSearch, PulumiCli } from "./cli";
import { downloadCli } from "./download";
import { buildCli } from "./go-build";
import { placeLauncher } from "./launcher";
import { publish } from "./publish";
import { minimumVersion, wantedVersion } from "./version";

type Log = (line: string) => void;

/** The ways to a CLI, from the nearest to the longest, and the lock that keeps two processes from the long ones. */
export interface Ways {
  readonly search: () => Promise<CliSearch>;
  readonly download: (log: Log) => Promise<void>;
  readonly build: (log: Log) => Promise<void>;
  readonly locked: (action: () => Promise<PulumiCli>, log: Log) => Promise<PulumiCli>;
}

interface LockModule {
  readonly withLock: (
    path: string,
    action: () => Promise<PulumiCli>,
    options: { readonly onWait: (pid: number) => void },
  ) => Promise<PulumiCli>;
}

/** Removes the staging folders of processes that were killed. To be called by who holds the lock only. */
export function removeAbandoned(directory: string): void {
  const staging = `${basename(directory)}.staging-`;
  for (const name of readdirSync(dirname(directory))) {
    if (name.startsWith(staging)) {
      rmSync(join(dirname(directory), name), { recursive: true, force: true });
    }
  }
}

/** Has something put a `bin` folder into a staging folder beside its place, then moves it there. */
async function stage(make: (staging: string) => Promise<void>): Promise<void> {
  removeAbandoned(versionDirectory());
  const staging = `${versionDirectory()}.staging-${process.pid}`;
  const remove = (): void => {
    rmSync(staging, { recursive: true, force: true });
  };
  process.once("exit", remove);
  try {
    mkdirSync(staging, { recursive: true });
    await make(staging);
    publish(join(staging, "bin"), join(versionDirectory(), "bin"));
  } finally {
    remove();
    process.off("exit", remove);
  }
}

const realWays: Ways = {
  search: searchCli,
  download: (log) => {
    log(`Downloading the Pulumi CLI ${wantedVersion} with Pulumi's own installer …`);
    return stage(downloadCli);
  },
  build: (log) => {
    log(
      `Building the Pulumi CLI ${wantedVersion} from its public Go modules: takes about five minutes, once …`,
    );
    return stage((staging) => buildCli(staging, log));
  },
  locked: async (action, log) => {
    // Plain JavaScript, shared with run.mjs, and not compiled: loaded from where it lies.
    const url = pathToFileURL(join(repositoryRoot, "scripts", "lock.mjs")).href;
    const { withLock } = (await import(url)) as LockModule;
    return withLock(`${versionDirectory()}.lock`, action, {
      onWait: (pid) => {
        log(`Waiting for process ${pid}, which gets the Pulumi CLI …`);
      },
    });
  },
};

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}

/** Says all that was tried, and what can be done. */
export function noWayMessage(tried: readonly string[], directory = versionDirectory()): string {
  return [
    `No Pulumi CLI (${minimumVersion} or newer) could be found, downloaded or built. Tried:`,
    ...tried.map((line) => `  - ${line}`),
    "One of these helps:",
    `  - install the Pulumi CLI and put it on PATH`,
    `  - put release ${wantedVersion} into ${join(directory, "bin")}`,
    `  - allow this machine to reach Pulumi's downloads`,
    `  - install Go and allow it to load public modules: the CLI is then built from them`,
  ].join("\n");
}

/** Finds a Pulumi CLI; downloads or builds one where there is none. `log` gets a line about each long step. */
export async function obtainCli(log: Log, ways: Ways = realWays): Promise<PulumiCli> {
  const first = await ways.search();
  const cli = first.cli ?? (await ways.locked(() => makeCli(first.tried, log, ways), log));
  if (cli.directory === join(versionDirectory(homedir()), "bin")) {
    placeLauncher(cli.directory);
  }
  return cli;
}

async function makeCli(searched: readonly string[], log: Log, ways: Ways): Promise<PulumiCli> {
  // Who held the lock before may have made one meanwhile.
  const again = await ways.search();
  if (again.cli !== undefined) {
    return again.cli;
  }
  const tried = [...searched];
  for (const [name, make] of [
    ["download", ways.download],
    ["build from Go modules", ways.build],
  ] as const) {
    try {
      await make(log);
      const made = await ways.search();
      if (made.cli !== undefined) {
        return made.cli;
      }
      tried.push(`${name}: done, but ${made.tried.join("; ")}`);
    } catch (error) {
      tried.push(`${name}: ${firstLine(error)}`);
      log(`  ${tried.at(-1) ?? ""}`);
    }
  }
  throw new Error(noWayMessage(tried));
}
