/** Stacks of many disks beside an emulator of their own, and what they cost in calls. */
import { type Emulator, type LoggedRequest, startEmulator } from "huaweicloud-workspace-emulator";
import { openStack, type TestStack } from "./pulumi";

/** What runs of the engine cost, counted in the emulator's own log of requests. */
export interface Calls {
  adds: number;
  deletes: number;
  conflicts: number;
  all: number;
}

/** A program with `desktops` desktops of `disks` attachments each. */
export const attachments = (desktops: number, disks: number) => `
const { DataDiskAttachment } = require("pulumi-huaweicloud-workspace");
for (let d = 1; d <= ${desktops}; d++)
  for (let v = 0; v < ${disks}; v++)
    new DataDiskAttachment("disk-" + d + "-" + v, {
      desktopId: "d0000000-0000-4000-8000-" + String(d).padStart(12, "0"), type: "SSD", size: 10,
    });
`;

/** A program with the same disks and one resource for each desktop. */
export const desktopDisks = (desktops: number, disks: number) => `
const { DesktopDataDisks } = require("pulumi-huaweicloud-workspace");
for (let d = 1; d <= ${desktops}; d++)
  new DesktopDataDisks("desktop-" + d, {
    desktopId: "d0000000-0000-4000-8000-" + String(d).padStart(12, "0"),
    disks: Object.fromEntries(Array.from({ length: ${disks} }, (_, v) => ["disk-" + v, { type: "SSD", size: 10 }])),
  });
`;

/** Many desktops, and a stack of their disks. */
export class Fleet {
  private asked = 0;

  private constructor(
    private readonly emulator: Emulator,
    readonly stack: TestStack,
  ) {}

  static async open(program: string, desktops: number, jobTimeMs: number): Promise<Fleet> {
    const emulator = await startEmulator({
      desktops,
      jobTimeMs,
      maxRequests: 100_000,
    });
    try {
      const env = { ...emulator.env };
      return new Fleet(emulator, await openStack({ project: { program }, env, timeout: 280_000 }));
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }

  /** The calls since this was last asked. */
  calls(): Calls {
    const requests = this.emulator.requests();
    const since = requests.slice(this.asked);
    this.asked = requests.length;
    return count(since);
  }

  get disksLeft(): number {
    return this.emulator.desktops().reduce((sum, { data_volumes }) => sum + data_volumes.length, 0);
  }

  async close(): Promise<void> {
    this.stack.close();
    await this.emulator.close();
  }
}

function count(requests: readonly LoggedRequest[]): Calls {
  const of = (ending: string) =>
    requests.filter(({ method, path }) => method === "POST" && path.endsWith(ending)).length;
  return {
    adds: of("/volumes"),
    deletes: of("/volumes/batch-delete"),
    conflicts: requests.filter(({ status }) => status === 409).length,
    all: requests.length,
  };
}
