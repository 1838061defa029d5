import { readdirSync } from "node:fs";
import { installEnvironment, runAndTell } from "../installation/run";
import { runSteps } from "../steps";
import { packageVersion } from "../release/refusals";
import { repositoryRoot } from "../repository";
import { nodePackage, python, sdkFolder, sdkSteps } from "./steps";

const timeout = 300_000;

/**
 * Generates, compiles and packs the SDKs into a folder: what `npm publish` and
 * `twine upload` take for Node and Python, and an archive of the sources for Go.
 * Rejects where one of them does not compile. Gives the names of the files.
 */
export async function packSdks(folder: string): Promise<string[]> {
  const results = await runSteps(
    sdkSteps(["nodejs", "python", "go"], () => undefined),
    () => undefined,
  );
  const failed = results.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`${name}: ${failure}`],
  );
  if (failed.length > 0) throw new Error(["The SDKs are not right:", ...failed].join("\n  - "));
  const before = new Set(readdirSync(folder));
  const run = (command: string, args: readonly string[]): Promise<string> =>
    runAndTell(command, args, { cwd: folder, env: installEnvironment(process.env), timeout });

  await run("npm", ["pack", nodePackage, "--ignore-scripts", "--pack-destination", folder]);
  await run(python, [
    "-m",
    "pip",
    "wheel",
    "--quiet",
    "--no-deps",
    "--wheel-dir",
    folder,
    sdkFolder("python"),
  ]);
  const archive = `pulumi-huaweicloud-workspace-sdk-go-v${packageVersion(repositoryRoot)}.tar.gz`;
  await run("tar", ["-czf", archive, "-C", sdkFolder("go"), "."]);
  return readdirSync(folder).filter((file) => !before.has(file));
}
