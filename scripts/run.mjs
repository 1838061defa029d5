/**
 * Runs one of the scripts of this folder in a fresh clone:
 *
 *     node scripts/run.mjs NAME [ARGUMENT…]
 *
 * Installs what package-lock.json names and compiles, each only if needed,
 * then runs build/scripts/NAME.js. Plain JavaScript without dependencies: at
 * this point nothing else is there.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setInterval } from "node:timers";
import { fileURLToPath, pathToFileURL } from "node:url";

const minimumNode = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const build = join(root, "build");
const stamp = join(build, "compiled.json");

/** What the compilers read, and a file that each of them writes. */
const sources = ["sdk", "provider", "orphans", "emulator/src", "scripts"];
const settings = ["package.json", "package-lock.json", "emulator/package.json"].concat([
  "tsconfig.json",
  "tsconfig.build.json",
  "tsconfig.scripts.json",
  "emulator/tsconfig.build.json",
]);
const outputs = ["dist/sdk/index.js", "emulator/dist/index.js", "build/scripts/test.js"];

function nodeIsTooOld() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < minimumNode[0] || (major === minimumNode[0] && minor < minimumNode[1]);
}

/** Runs a command in the root folder with its output shown; rejects unless it ends well. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const shown = [command, ...args].join(" ");
    console.error(`> ${shown}`);
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      // npm is a script on Windows, and those start in a shell only.
      shell: process.platform === "win32",
    });
    const end = () => child.kill("SIGTERM");
    process.once("exit", end);
    child.once("error", (error) => reject(new Error(`"${shown}" could not be started: ${error.message}`)));
    child.once("exit", (code, signal) => {
      process.off("exit", end);
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`"${shown}" failed (${signal === null ? `exit code ${code}` : signal})`));
      }
    });
  });
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Whether node_modules holds what package-lock.json asks for, by npm's own record of what it has installed. */
function isInstalled() {
  const wanted = readJson(join(root, "package-lock.json"))?.packages ?? {};
  const installed = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  return (
    installed !== undefined &&
    Object.entries(wanted).every(
      ([path, { version, optional, devOptional }]) =>
        !path.startsWith("node_modules/") || optional || devOptional || installed[path]?.version === version,
    )
  );
}

/** Changes whenever a source is written, added or removed. */
function fingerprint() {
  const files = sources.flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true })
          .filter((file) => file.endsWith(".ts"))
          .map((file) => join(folder, file))
      : [],
  );
  const hash = createHash("sha256");
  for (const file of [...files.sort(), ...settings]) {
    const { mtimeMs, size } = statSync(join(root, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest("hex");
}

/** Whether these very sources have been compiled, and what came of it is still there. */
function isCompiled(print) {
  const compiled = readJson(stamp);
  return compiled?.print === print && outputs.every((file) => existsSync(join(root, file)));
}

async function setUp() {
  if (!isInstalled()) {
    await run("npm", ["ci", "--no-audit", "--no-fund"]);
  }
  // The record is taken before compiling: a source that changes meanwhile is compiled again next time.
  const print = fingerprint();
  if (!isCompiled(print)) {
    rmSync(stamp, { force: true });
    await run("npm", ["run", "--silent", "build"]);
    await run("npm", ["run", "--silent", "build:scripts"]);
    writeFileSync(stamp, JSON.stringify({ print }));
  }
}

async function main() {
  const [name = "", ...args] = process.argv.slice(2);
  if (!/^[a-z-]+$/.test(name) || !existsSync(join(root, "scripts", `${name}.ts`))) {
    throw new Error("usage: node scripts/run.mjs NAME [ARGUMENT…], as the scripts of package.json do");
  }
  if (process.platform !== "win32" && !process.env.HOME) {
    process.env.HOME = userInfo().homedir;
  }
  process.chdir(root);
  mkdirSync(build, { recursive: true });
  const { withLock } = await import("./lock.mjs");
  await withLock(join(build, "set-up.lock"), setUp, {
    onWait: (pid) => console.error(`Waiting for process ${pid}, which sets up this clone …`),
  });
  const script = join(build, "scripts", `${name}.js`);
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
}

// Leaving through process.exit runs the "exit" listeners, which tidy up.
for (const [signal, code] of [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
]) {
  process.on(signal, () => process.exit(code));
}

/** npm passes a signal to the shell in between, which does not pass it on: who started this has gone then. */
function endWithNpm() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      process.exit(143);
    }
  }, 500).unref();
}

if (process.env.npm_lifecycle_event !== undefined) {
  endWithNpm();
}

if (nodeIsTooOld()) {
  console.error(`Node.js ${minimumNode.join(".")} or newer is needed; this is ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
