import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { endOwned, startOwned } from "../owned-process";
import { repositoryRoot } from "../repository";
import type { LoggedRequest } from "./api-calls";

const startTimeout = 30_000;
const answerTimeout = 10_000;
/** The last variable that the emulator prints. */
const lastVariable = "HW_AUTH_URL";

/** Reads `export NAME=value` as the emulator prints it for a shell. */
export function parseExport(line: string): readonly [name: string, value: string] | undefined {
  const match = /^export ([A-Z_]+)=(["']?)(.*)\2$/.exec(line);
  return match === null ? undefined : [match[1] ?? "", match[3] ?? ""];
}

/** A desktop as the emulator's own view gives it. */
export interface EmulatedDesktop {
  readonly desktop_id: string;
  readonly computer_name: string;
  readonly data_volumes: readonly { readonly volume_id: string }[];
}

/** The Workspace API on this machine, in a process of its own. */
export class Emulator {
  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens. */
    readonly address: string,
    /** What a program needs to reach it: region, keys, endpoints. */
    readonly variables: Readonly<Record<string, string>>,
  ) {}

  /** Starts one on a free port and waits until it answers. */
  static start(args: readonly string[]): Promise<Emulator> {
    const bin = join(repositoryRoot, "emulator", "bin", "huaweicloud-workspace-emulator.js");
    const child = startOwned(process.execPath, [bin, "--port", "0", ...args], {
      cwd: repositoryRoot,
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Its log of requests would run through the engine's output; it is shown only where the start fails.
    let complaints = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaints = (complaints + text).slice(-2_000);
    });
    return new Promise((resolve, reject) => {
      const alarm = setTimeout(() => {
        endOwned(child);
        reject(new Error(`the emulator was not ready after ${startTimeout / 1000} s`));
      }, startTimeout);
      child.once("error", reject);
      child.once("exit", (code) => {
        clearTimeout(alarm);
        reject(
          new Error(`the emulator ended with exit code ${String(code)} before it was ready:\n${complaints}`),
        );
      });
      const variables: Record<string, string> = {};
      let address = "";
      if (child.stdout !== null) {
        createInterface({ input: child.stdout }).on("line", (line) => {
          address ||= /listening on (http:\/\/\S+)/.exec(line)?.[1] ?? "";
          const variable = parseExport(line);
          if (variable !== undefined) {
            variables[variable[0]] = variable[1];
            if (variable[0] === lastVariable) {
              clearTimeout(alarm);
              resolve(new Emulator(child, address, variables));
            }
          }
        });
      }
    });
  }

  /** All desktops with their data disks. */
  async desktops(): Promise<readonly EmulatedDesktop[]> {
    const answer = (await this.get("/_emulator/desktops")) as { desktops: readonly EmulatedDesktop[] };
    return answer.desktops;
  }

  /** All API calls since it was started. */
  async requests(): Promise<readonly LoggedRequest[]> {
    const answer = (await this.get("/_emulator/requests")) as { requests: readonly LoggedRequest[] };
    return answer.requests.filter(({ path }) => !path.startsWith("/_emulator/"));
  }

  /** Ends it. */
  stop(): void {
    endOwned(this.child);
  }

  private async get(path: string): Promise<unknown> {
    const response = await fetch(this.address + path, { signal: AbortSignal.timeout(answerTimeout) });
    if (!response.ok) {
      throw new Error(`the emulator answered ${response.status} to GET ${path}`);
    }
    return response.json();
  }
}
