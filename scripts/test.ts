/** Runs every check of this repository; arguments go to jest. */
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { startOwned } from "./owned-process";
import { obtainCli } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";
import { describeSteps, runSteps } from "./steps";

/** Jest's own report: .ci/run counts from it. */
const report = join("build", "jest-report.json");

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = startOwned(command, args, {
      cwd: repositoryRoot,
      stdio: ["ignore", "inherit", "inherit"],
      // npm is a script on Windows, and those start in a shell only.
      shell: process.platform === "win32" && command === "npm",
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(code === null ? `ended by ${String(signal)}` : `exit code ${code}`));
      }
    });
  });
}

/** A script of package.json. */
function script(name: string): Promise<void> {
  return run("npm", ["run", "--silent", name]);
}

function jest(args: readonly string[]): Promise<void> {
  rmSync(join(repositoryRoot, report), { force: true });
  const ownWorkers = args.some((argument) => /^(?:-w|-i|--maxWorkers|--runInBand)/.test(argument));
  // Jest leaves one core free by default: of two, that would be half.
  const workers = ownWorkers ? [] : ["--maxWorkers=100%"];
  const bin = createRequire(join(repositoryRoot, "package.json")).resolve("jest/bin/jest");
  return run(process.execPath, [bin, "--json", "--outputFile", report, ...workers, ...args]);
}

const log = (line: string): void => {
  console.error(line);
};

async function main(args: readonly string[]): Promise<void> {
  const results = await runSteps(
    [
      { name: "types", run: () => script("typecheck") },
      { name: "lint", run: () => script("lint") },
      { name: "format", run: () => script("format:check") },
      { name: "Pulumi CLI", run: () => obtainCli(log) },
      { name: "tests", run: () => jest(args) },
    ],
    log,
  );
  log(`\n${describeSteps(results).join("\n")}`);
  if (results.some(({ failure }) => failure !== undefined)) {
    process.exitCode = 1;
  }
}

void main(process.argv.slice(2));
