/** The browser for the test of the emulator's page. */
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** A browser on PATH, or undefined. */
export function searchBrowser(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}

/** A browser on PATH. Throws with what to install. */
export function findBrowser(): string {
  const browser = searchBrowser();
  if (browser !== undefined) return browser;
  throw new Error(
    `The test of the emulator's page needs ${names.join(", or ")} on PATH. ` +
      'Debian: "apt-get install chromium"; as root, "npm test" does so.',
  );
}

/** Installs a browser where there is none, as root on a system with apt-get. */
export async function obtainBrowser(): Promise<string> {
  if (searchBrowser() === undefined && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const run = promisify(execFile);
    for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
      // What it could not install is missing below, which says how to get it.
      await run("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], { env }).catch(() => undefined);
    }
  }
  return findBrowser();
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
