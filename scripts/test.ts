import { execa } from "execa";
import { obtainCli, obtainYamlHost } from "./pulumi/obtain";
import { repositoryRoot } from "./repository";
import { languages, makeSdks } from "./sdks";

const options = { cwd: repositoryRoot, stdin: "ignore" } as const;
/** Tests in these folders need no Pulumi CLI; those in the others beside tests/fronts, no packages of the plugin. */
const fastFolders = /^(?:sdk|provider|orphans|scripts|emulator|bench|testing)\b/;
const withoutSdks = /^tests\/(?!fronts)\w/;
/** The only tests in a browser. */
const withBrowser = "tests/engine/page.test.ts";
/** Installs a browser where there is none, on Debian as root. Where it cannot, the test says what it needs. */
const installBrowser = `which chromium || which chromium-browser || which google-chrome || {
  export DEBIAN_FRONTEND=noninteractive; apt-get -qq update
  apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends chromium; }`;
const results: string[] = [];

/** Runs one step. One that fails does not keep the others from running: one run shows all that is wrong. */
async function step(name: string, run: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  let word = "ok    ";
  try {
    await run();
  } catch (error) {
    word = "FAILED";
    process.exitCode = 1;
    console.error(`\n== ${name}\n${error instanceof Error ? error.message : String(error)}`);
  }
  results.push(`${word}  ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${name}`);
}

async function tests(args: readonly string[]): Promise<void> {
  // What follows an option may be its value (`-t provider`). Taken for one, a path only has more prepared.
  const paths = args.filter((arg, at) => !arg.startsWith("-") && args[at - 1]?.startsWith("-") !== true);
  const areAll = (folders: RegExp): boolean => paths.length > 0 && paths.every((path) => folders.test(path));
  const pulumi = async (): Promise<void> => {
    if (areAll(fastFolders)) return;
    await step("Pulumi CLI", async () => obtainYamlHost(await obtainCli()));
    const wanted = process.env.NIGHTLY === undefined ? languages.slice(0, 1) : languages;
    if (!areAll(withoutSdks)) await step("SDKs", () => makeSdks(wanted));
  };
  const browser = async (): Promise<void> => {
    const quiet = { ...options, shell: true, reject: false, all: true } as const;
    const { failed, all } = await execa(installBrowser, quiet);
    if (failed) console.error(`\n== browser\nIt could not be installed:\n${all}`);
  };
  const isWatched = paths.length === 0 || paths.some((path) => withBrowser.startsWith(path));
  await Promise.all([pulumi(), isWatched && step("browser", browser)]);
  const jest = [require.resolve("jest/bin/jest"), ...args];
  const shown = { ...options, stdout: "inherit", stderr: "inherit" } as const;
  await step("tests", () => execa(process.execPath, jest, shown));
}

async function checks(): Promise<void> {
  for (const name of ["typecheck", "lint", "format:check"])
    await step(name, () => execa("npm", ["run", "--silent", name], { ...options, all: true }));
}

/**
 * `npm test`: every check of this repository; arguments go to jest. Types, lint and format run beside the tests.
 * `--nightly`: all cases of each matrix: languages, ways to sign in, pipelines, package managers.
 */
export async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--nightly")) process.env.NIGHTLY = "true";
  await Promise.all([tests(args.filter((argument) => argument !== "--nightly")), checks()]);
  console.error(`\n${results.join("\n")}`);
}
