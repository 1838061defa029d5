import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { builtOnce } from "./built-once";

const run = promisify(execFile);

/**
 * A Python that has these packages, made once and kept.
 * @param requirements the file that names the packages
 * @param what is needed, for the message that says how to get it
 */
export async function pythonWith(requirements: string, what: string): Promise<string> {
  const build = async (folder: string): Promise<void> => {
    await run("python3", ["-m", "venv", folder], { timeout: 120_000 });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    await run(join(folder, "bin", "python"), pip, { timeout: 300_000 });
  };
  const need =
    `${what} is needed for this test: install python3 (3.10 or newer) with its venv and pip modules ` +
    "(Debian and Ubuntu: apt-get install python3 python3-venv python3-pip), and let pip reach a package index.";
  return join(await builtOnce([requirements], build, need), "bin", "python");
}
