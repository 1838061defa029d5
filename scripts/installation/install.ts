import { join } from "node:path";
import { repositoryRoot } from "../repository";
import type { Installation } from "./matrix";
import { installEnvironment, runAndTell } from "./run";
import { nodeRelease, obtainTool, packageManager } from "./tools";

const timeout = 300_000;

/** What installs a project with each package manager; npm comes with the Node of this machine. */
const managers = {
  npm: { tool: undefined, args: ["install", "--no-audit", "--no-fund", "--prefer-offline"] },
  pnpm: { tool: packageManager("pnpm", "latest"), args: ["install", "--prefer-offline"] },
  yarn: { tool: packageManager("yarn", "1"), args: ["install", "--non-interactive", "--prefer-offline"] },
} as const;

/** The folders that come first on PATH: the release of Node, then the package manager. */
export async function toolFolders({ node, manager }: Installation): Promise<string[]> {
  const { tool } = managers[manager];
  return [await obtainTool(nodeRelease(node)), ...(tool === undefined ? [] : [await obtainTool(tool)])];
}

/** Installs the project in `folder` as its owner would. Throws with what the package manager has said. */
export async function install(
  folder: string,
  { manager }: Installation,
  path: readonly string[],
): Promise<void> {
  const env = {
    ...installEnvironment(process.env, path),
    YARN_CACHE_FOLDER: join(repositoryRoot, "build", "tools", "yarn-cache"),
  };
  // Yarn keeps a tarball by name and version: yesterday's build would come out of its cache.
  if (manager === "yarn") {
    await runAndTell("yarn", ["cache", "clean", "pulumi-huaweicloud-workspace"], {
      cwd: folder,
      env,
      timeout,
    });
  }
  await runAndTell(manager, managers[manager].args, { cwd: folder, env, timeout });
}
