/** One stack beside an emulator of its own, and what each of its runs takes. */
import { readFileSync } from "node:fs";
import { type Emulator, type LoggedRequest, startEmulator } from "huaweicloud-workspace-emulator";
import { countCalls } from "../tests/engine/api-calls";
import { descendantsOf, listProcesses } from "../tests/engine/process-tree";
import { newToken } from "../tests/auth/token";
import { openStack, type Operation, type RunOptions, type TestStack } from "../tests/engine/pulumi";

/** What one run of the engine took. */
export interface Taken {
  /** From the start of the CLI to its end. */
  readonly ms: number;
  /** When it began, ms since 1970. */
  readonly began: number;
  readonly requests: readonly LoggedRequest[];
  readonly calls: number;
  /** Refused with 409. */
  readonly conflicts: number;
  /** The most memory that the provider process held, in MB; 0 where the system does not tell. */
  readonly memoryMb: number;
}

const MEMORY_EVERY_MS = 200;
const RUN_AT_MOST_MS = 900_000;

/** Opens a stack of this program beside desktops whose jobs take this long. */
export class Contest {
  private constructor(
    readonly emulator: Emulator,
    private readonly stack: TestStack,
  ) {}

  static async open(
    program: string,
    { desktops = 1, jobTimeMs = 1_500, env: more = {} } = {},
  ): Promise<Contest> {
    const emulator = await startEmulator({
      desktops,
      jobTimeMs,
      maxRequests: 200_000,
    });
    try {
      const env = { ...emulator.env, HW_AUTH_TOKEN: "", ...more };
      if (program.includes("OneCallADisk"))
        env.HW_AUTH_TOKEN = (await newToken(emulator.url, emulator.env.HW_PROJECT_ID)).token;
      return new Contest(emulator, await openStack({ project: { program }, env, timeout: RUN_AT_MOST_MS }));
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }

  /** Runs one operation; throws unless it ends well. */
  async run(operation: Operation, options: RunOptions = {}): Promise<Taken> {
    const known = this.emulator.requests().length;
    const began = Date.now();
    const command = this.stack.start(operation, options);
    let memoryMb = 0;
    const timer = setInterval(() => {
      memoryMb = Math.max(memoryMb, providerMemory(command.pid));
    }, MEMORY_EVERY_MS);
    try {
      const { code, ms, stdout, stderr } = await command.result;
      if (code !== 0) throw new Error(`${operation} ended with ${String(code)}:\n${stdout}${stderr}`);
      const requests = this.emulator.requests().slice(known);
      const { conflicts } = countCalls(requests);
      return { ms, began, requests, calls: requests.length, conflicts, memoryMb };
    } finally {
      clearInterval(timer);
    }
  }

  /** Bytes of the exported state. */
  async stateBytes(): Promise<number> {
    return JSON.stringify(await this.stack.exportState()).length;
  }

  /** Data disks on all desktops. */
  get disks(): number {
    return disksOn(this.emulator);
  }

  async close(): Promise<void> {
    this.stack.close();
    await this.emulator.close();
  }
}

/** Data disks on all desktops of an emulator. */
export function disksOn(emulator: Emulator): number {
  return emulator.desktops().reduce((sum, { data_volumes }) => sum + data_volumes.length, 0);
}

/** The peak of the provider process below this CLI, in MB. */
function providerMemory(cli: number): number {
  const peaks = descendantsOf(cli, listProcesses())
    .filter(({ command }) => /dynamic-provider|pulumi-resource-huaweicloud-workspace/.test(command))
    .map(({ pid }) => {
      try {
        const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        return Number(peak ?? 0) / 1024;
      } catch {
        return 0; // It has ended meanwhile, or this system has no /proc.
      }
    });
  return Math.max(0, ...peaks);
}
