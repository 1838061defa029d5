/** Stacks of data disks in tests: each beside an emulated cloud of its own. */
import { dialectNames, startEmulator } from "huaweicloud-workspace-emulator";
import type { AccountSpec, Emulator } from "huaweicloud-workspace-emulator";
import { countCalls } from "./api-calls";
import type { CommandResult } from "./command";
import { openStack } from "./pulumi";
import type { StackOptions, StateResource, TestStack } from "./pulumi";

/** The type of a `DataDiskAttachment` in state. */
export const diskType = "pulumi-nodejs:dynamic/huaweicloud-workspace:DataDiskAttachment";

/** Every reading of the documents at once. */
export const everyReading = ["all"];

/** The same without five minutes between two adds and without copies of them: for runs that add disks. */
export const everyReadingForAdds = dialectNames.filter(
  (name) => name !== "five-minutes" && name !== "repeating-gateway",
);

/** Some readings at once, among them the opposite of what is spoken by default. */
export const otherReadings = [
  ...["no-absent-lists", "no-official-job-words", "no-idle-is-empty"],
  ...["unknown-as-400", "zoneless-times", "sparse-sub-jobs", "lagging-reads"],
];

/** What a stack in a cloud is opened with. */
export interface CloudOptions extends StackOptions {
  /** Numbered desktops. Default: 2 */
  readonly desktops?: number;
  /** How long each job takes, in ms. Default: 100 */
  readonly jobTimeMs?: number;
  /** Who may use it. Default: the emulator's one account. */
  readonly accounts?: AccountSpec[];
  /** What it speaks besides the plain reading of the documents. Default: nothing */
  readonly dialects?: readonly string[];
  /** Draws what is open within the dialects. Default: 1 */
  readonly seed?: number;
}

/** A volume as the emulator shows it. */
export type ShownVolume = ReturnType<Emulator["desktops"]>[number]["data_volumes"][number];

/** A stack and the cloud that it works in. */
export class Cloud {
  constructor(
    readonly emulator: Emulator,
    readonly stack: TestStack,
  ) {}

  /** The data disks of a numbered desktop, or of all of them. */
  volumes(desktop?: number): ShownVolume[] {
    return this.emulator
      .desktops()
      .filter(({ desktop_id: id }) => desktop === undefined || id === desktopId(desktop))
      .flatMap((shown) => shown.data_volumes);
  }

  /** How often each kind of call was made since the last `forget`; kinds that were not called are absent. */
  calls(): Record<string, number> {
    return Object.fromEntries(countCalls(this.requests()).kinds);
  }

  /** The calls that change something, with their bodies, since the last `forget`. */
  writes(): { path: string; body: unknown; status: number | null }[] {
    return this.requests()
      .filter(({ method }) => method !== "GET")
      .map(({ path, body, status }) => ({ path: path.replace(/^\/v2\/[^/]+/, ""), body, status }));
  }

  requests(): ReturnType<Emulator["requests"]> {
    return this.emulator.requests().slice(this.forgotten);
  }

  /** Counts from here on. */
  forget(): void {
    this.forgotten = this.emulator.requests().length;
  }

  /** Puts a disk on a numbered desktop, as somebody else would. */
  addBehindItsBack(desktop: number, volume: { volume_id: string; type?: string; size?: number }): void {
    this.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId(desktop),
      volumes: [{ type: "SSD", size: 20, ...volume }],
    });
  }

  /** Deletes disks of a numbered desktop, as somebody else would. */
  removeBehindItsBack(desktop: number, volumeIds: readonly string[]): void {
    this.emulator.addFault({
      fault: "volumes-removed",
      desktop_id: desktopId(desktop),
      volume_ids: [...volumeIds],
    });
  }

  /** The disks that state holds, by their name in the program. */
  async disks(): Promise<Record<string, StateResource>> {
    const { deployment } = await this.stack.exportState();
    const disks = (deployment.resources ?? []).filter(({ type }) => type === diskType);
    return Object.fromEntries(disks.map((disk) => [disk.urn.split("::").at(-1) ?? "", disk]));
  }

  async close(): Promise<void> {
    this.stack.close();
    await this.emulator.close();
  }

  private forgotten = 0;
}

/** Opens a stack beside a cloud of its own. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { desktops = 2, jobTimeMs = 1_500, accounts, dialects = [], seed = 1, env, ...rest } = options;
  const emulator = await startEmulator({
    desktops,
    jobTimeMs,
    seed,
    // Long enough to be seen, short enough for tests.
    maxLagMs: 1_000,
    dialects: [...dialects],
    ...(accounts && { accounts }),
  });
  try {
    return new Cloud(emulator, await openStack({ ...rest, env: { ...emulator.env, ...env } }));
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

/** Opens one cloud, with an empty stack unless told otherwise, for all tests of a file; each counts its calls anew. */
export function allInOneCloud(options: Partial<CloudOptions> = {}): { readonly it: Cloud } {
  const held: { coming?: Promise<Cloud>; it?: Cloud } = {};
  beforeAll(async () => {
    held.coming = openCloud({ project: { program: "" }, ...options });
    held.it = await held.coming;
  });
  beforeEach(() => {
    held.it?.forget();
  });
  // Also one whose set-up was cut off is waited for: an emulator left open keeps the process alive.
  afterAll(async () => (await held.coming)?.close());
  return {
    get it() {
      if (held.it === undefined) throw new Error("there is no cloud outside of a test");
      return held.it;
    },
  };
}

/** The id of a numbered desktop of the emulator. */
export function desktopId(number: number): string {
  return `d0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/** The id of the root volume of a numbered desktop. */
export function rootVolumeId(number: number): string {
  return `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/** What a run that succeeded has written; one that failed fails the test with it. */
export function passed({ code, stdout, stderr }: CommandResult): string {
  if (code !== 0) {
    throw new Error(`expected success, but it ended with ${String(code)}:\n${stdout}${stderr}`);
  }
  return stdout + stderr;
}

/** What a run that failed has written; one that succeeded fails the test with it. */
export function failed({ code, stdout, stderr }: CommandResult): string {
  if (code === 0 || code === null) {
    throw new Error(`expected a failure, but it ended with ${String(code)}:\n${stdout}${stderr}`);
  }
  return stdout + stderr;
}
