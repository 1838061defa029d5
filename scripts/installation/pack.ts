import { join } from "node:path";
import { repositoryRoot } from "../repository";
import { installEnvironment, runAndTell } from "./run";

/** What `npm publish` would upload. */
export interface Tarball {
  readonly file: string;
  /** Paths of the files in it, from the root of the package. */
  readonly paths: readonly string[];
}

/**
 * Packs what is compiled at the moment into a folder. It compiles nothing: the
 * files in `dist` may be in use, by tests that run beside this one.
 */
export async function packTarball(folder: string): Promise<Tarball> {
  const report = await runAndTell(
    "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
    {
      cwd: repositoryRoot,
      env: installEnvironment(process.env),
      timeout: 60_000,
    },
  );
  const [packed] = JSON.parse(report.slice(report.indexOf("["))) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (packed === undefined) throw new Error(`npm pack has packed nothing: ${report}`);
  return { file: join(folder, packed.filename), paths: packed.files.map(({ path }) => path) };
}
