import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where environments of Python are kept. */
export const pythonCache = join(__dirname, "..", "..", "..", "build", "official-sdk");

/**
 * A Python that has these packages, made once and kept.
 * @param requirements the file that names the packages
 * @param what is needed, for the message that says how to get it
 */
export async function pythonWith(requirements: string, what: string): Promise<string> {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const home = join(pythonCache, wanted);
  const python = join(home, "bin", "python");
  if (existsSync(join(home, "complete"))) return python;
  mkdirSync(pythonCache, { recursive: true });
  const fresh = mkdtempSync(join(pythonCache, "new-"));
  try {
    await run("python3", ["-m", "venv", fresh], { timeout: 120_000 });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    await run(join(fresh, "bin", "python"), pip, { timeout: 300_000 });
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(
      `${what} is needed for this test: install python3 (3.10 or newer) with its venv and pip modules ` +
        "(Debian and Ubuntu: apt-get install python3 python3-venv python3-pip), and let pip reach a package index.",
      { cause: error },
    );
  }
  writeFileSync(join(fresh, "complete"), "");
  // Another run may have been faster; the one that is there is as good.
  if (existsSync(home)) rmSync(fresh, { recursive: true, force: true });
  else renameSync(fresh, home);
  return python;
}
