import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Finds the root of this repository from a folder in it, be it the source or what was compiled into `build/`. */
export function findRepositoryRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (
      existsSync(manifest) &&
      readFileSync(manifest, "utf8").includes('"name": "pulumi-huaweicloud-workspace"')
    ) {
      return folder;
    }
    if (folder === dirname(folder)) {
      throw new Error(`${from} is not inside the pulumi-huaweicloud-workspace repository`);
    }
  }
}

/** The root folder of this repository. */
export const repositoryRoot = findRepositoryRoot(__dirname);
