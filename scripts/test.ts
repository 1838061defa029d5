/** Runs every check of this repository; arguments go to jest. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { startOwned } from "./owned-process";
import { obtainCli } from "./pulumi/obtain";
import { obtainYamlHost } from "./pulumi/yaml-host";
import { noteStart, recordTested } from "./release/tested";
import { Tree } from "./release/tree";
import { repositoryRoot } from "./repository";
import { sdkSteps } from "./sdks/steps";
import { describeSteps, runSteps } from "./steps";

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

/** Arguments for jest, unless they were given. Jest leaves one core free by default: of two, that would be half. */
function jest(args: readonly string[]): Promise<void> {
  const given = (option: RegExp): boolean => args.some((argument) => option.test(argument));
  const workers = given(/^(?:-w|-i|--maxWorkers|--runInBand)/) ? [] : ["--maxWorkers=100%"];
  const report = given(/^--outputFile/) ? [] : ["--outputFile=build/jest-report.json"];
  const bin = createRequire(join(repositoryRoot, "package.json")).resolve("jest/bin/jest");
  return run(process.execPath, [bin, "--json", ...report, ...workers, ...args]);
}

const log = (line: string): void => {
  console.error(line);
};

/** Whether jest was asked for all tests: options that choose nothing, such as where the report goes. */
function runsAll(args: readonly string[]): boolean {
  return args.every((argument) => /^--(?:outputFile|maxWorkers)=/.test(argument));
}

async function main(args: readonly string[]): Promise<void> {
  const tree = new Tree(repositoryRoot);
  const start = noteStart(tree);
  const results = await runSteps(
    [
      { name: "types", run: () => script("typecheck") },
      { name: "lint", run: () => script("lint") },
      { name: "format", run: () => script("format:check") },
      { name: "Pulumi CLI", run: async () => obtainYamlHost(await obtainCli(log), log) },
      ...sdkSteps(["nodejs", "python", "go"], () => undefined),
      { name: "tests", run: () => jest(args) },
    ],
    log,
  );
  log(`\n${describeSteps(results).join("\n")}`);
  const passed = results.every(({ failure }) => failure === undefined);
  // The release asks for it. A run of some tests says nothing of the others.
  if (runsAll(args)) recordTested(tree, start, passed);
  if (!passed) {
    process.exitCode = 1;
  }
}

void main(process.argv.slice(2));
