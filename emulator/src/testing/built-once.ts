import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The root folder of the repository, from here or from what is compiled of it into `build/`. */
const root = __dirname.replace(/(?:[/\\]build)?[/\\]emulator[/\\]src[/\\]testing$/, "");

/** Where things for the official SDKs are kept. */
export const sdkCache = join(root, "build", "official-sdk");

/**
 * A folder that is built once from these files, and kept until one of them changes.
 * @param build fills a new folder, which is moved to its place afterwards
 * @param need what to install where that fails
 */
export async function builtOnce(
  files: readonly string[],
  build: (folder: string) => Promise<void>,
  need: string,
): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  const home = join(sdkCache, hash.digest("hex").slice(0, 12));
  if (existsSync(join(home, "complete"))) return home;
  mkdirSync(sdkCache, { recursive: true });
  const fresh = mkdtempSync(join(sdkCache, "new-"));
  try {
    await build(fresh);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(need, { cause: error });
  }
  writeFileSync(join(fresh, "complete"), "");
  // Another run may have been faster; the one that is there is as good.
  if (existsSync(home)) rmSync(fresh, { recursive: true, force: true });
  else renameSync(fresh, home);
  return home;
}
