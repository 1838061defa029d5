/**
 * `node scripts/run.mjs MODULE [ARGUMENT…]` runs a command of this repository in a fresh clone: installs and compiles
 * what is out of date, then calls `main` of build/MODULE.js. Plain JavaScript: nothing is installed at this point.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setInterval } from "node:timers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { withLock } from "./lock.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isWindows = process.platform === "win32";
/** Modules that need the Pulumi CLI; those that run the plugin. */
const needsCli = /^(?:scripts\/(?:demo|test|pulumi\/obtain)|bench\/main)$/;
const needsPlugin = /^(?:scripts\/test|bench\/main)$/;

async function run(command, args) {
  console.error(`> ${command} ${args.join(" ")}`);
  // npm is a script on Windows, which starts in a shell only.
  const child = spawn(command, args, { shell: isWindows, stdio: ["ignore", "inherit", "inherit"] });
  process.once("exit", () => child.kill());
  const [code, signal] = await once(child, "exit");
  if (code !== 0) throw new Error(`${command} ${args[0]} failed (${signal ?? `exit code ${code}`})`);
}

/** Whether node_modules holds what package-lock.json names: by npm's own record of what it has installed, and as folders. */
function isInstalled() {
  const [wanted, installed] = ["package-lock.json", "node_modules/.package-lock.json"].map((file) =>
    existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {},
  );
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      !path.startsWith("node_modules/") ||
      optional ||
      devOptional ||
      (installed[path]?.version === version && existsSync(path)),
  );
}

async function setUp(module) {
  if (!isInstalled()) await run("npm", ["ci", "--no-audit", "--no-fund"]);
  const projects = ["tsconfig.build.json", "tsconfig.scripts.json"];
  if (module.startsWith("bench/")) projects.push("tsconfig.bench.json");
  await run("node", ["node_modules/typescript/bin/tsc", "-b", ...projects]);
  // Less than a second: made anew each time.
  if (needsPlugin.test(module)) await run("npm", ["run", "--silent", "build:plugin"]);
}

/** Said before anything else is done: building the CLI is the one step that takes long. */
function announceBuild() {
  const version = /pulumi\/pkg\/v3 v(\S+)/.exec(readFileSync("scripts/pulumi-cli/go.mod", "utf8"))[1];
  const folder = join(process.env.HOME ?? userInfo().homedir, ".pulumi", "versions", version, "bin");
  if (["pulumi", join(folder, "pulumi")].some((cli) => spawnSync(cli, ["version"]).status === 0)) return;
  // Where nothing of it was built before.
  const minutes = Math.ceil(12 / availableParallelism());
  console.error(`This needs the Pulumi CLI, which is neither on PATH nor in ${folder}.
It is downloaded from get.pulumi.com. Where that cannot be reached, it is built with Go: about ${minutes} min on
this machine when idle, once. To avoid that, press Ctrl-C and install the CLI: https://www.pulumi.com/docs/install`);
}

async function main([module = "", ...args]) {
  if (process.versions.node.localeCompare("20.19", "en", { numeric: true }) < 0) {
    throw new Error(`Minimum version of Node.js: 20.19. This is ${process.versions.node}.`);
  }
  if (!isWindows) process.env.HOME ||= userInfo().homedir;
  process.chdir(root);
  if (needsCli.test(module)) announceBuild();
  await withLock(
    root,
    () => setUp(module),
    (port) => console.error(`Waiting for another command, which sets up this clone and holds port ${port} …`),
  );
  await (await import(pathToFileURL(join(root, "build", `${module}.js`)).href)).main(args);
  process.exit();
}

// Leaving through process.exit runs the "exit" listeners, which clean up.
for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
  process.on(signal, () => process.exit(code));
}
// A killed npm does not end what it has started.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(143), 500).unref();

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
