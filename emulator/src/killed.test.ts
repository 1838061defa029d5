import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isNightly } from "../../tests/nightly";
import { buildCopy, type BuiltCopy } from "./testing/built-copy";
import { Client, type SubJobJson, type VolumeJson } from "./testing/client";
import { Command } from "./testing/command";

jest.setTimeout(60_000);

let copy: BuiltCopy;
let folder: string;
let running: Command | undefined;

beforeAll(() => {
  copy = buildCopy();
  folder = mkdtempSync(join(tmpdir(), "emulator-killed-"));
});
afterEach(async () => {
  running?.signal("SIGKILL");
  await running?.ended;
});
afterAll(() => {
  copy.remove();
  rmSync(folder, { recursive: true });
});

function command(...args: string[]): Command {
  running = new Command(copy.bin, ["--quiet", ...args]);
  return running;
}

/** What the answers have said about one desktop. */
class Told {
  /** Sizes of its disks after all changes that were answered: no two disks of a desktop have the same. */
  readonly sizes = new Set<number>();
  /** The change that nothing is known of: its answer has not come. */
  open: { add?: number; delete?: number | undefined } = {};
  /** Ids of disks as reads have shown them, by size. */
  readonly ids = new Map<number, string>();
  readonly jobs: string[] = [];
  nextSize = 10;

  constructor(readonly desktopId: string) {}

  read(volumes: readonly VolumeJson[]): void {
    for (const { size, volume_id } of volumes) this.ids.set(size, volume_id);
  }
}

/** Adds and deletes disks of one desktop until the emulator is gone. */
async function change(client: Client, told: Told, answered: () => void): Promise<void> {
  const path = `/desktops/${told.desktopId}/volumes`;
  for (;;) {
    const volumes = await client.disks(told.desktopId);
    told.read(volumes);
    const [oldest] = told.sizes;
    const isFull = told.sizes.size >= 5;
    told.open = isFull ? { delete: oldest } : { add: told.nextSize };
    const reply = isFull
      ? await client.call("POST", `${path}/batch-delete`, { volume_ids: [told.ids.get(oldest ?? 0)] })
      : await client.add(told.desktopId, { type: "SSD", size: told.nextSize });
    if (reply.status === 200) {
      told.jobs.push(String(reply.json?.job_id));
      if (isFull) told.sizes.delete(oldest ?? 0);
      else told.sizes.add(told.nextSize);
      answered();
    }
    told.open = {};
    if (!isFull) told.nextSize += 10;
    // The next one is refused while the job runs; a read that waits for its end is enough.
    const job = told.jobs.at(-1) ?? "";
    while (["WAITING", "RUNNING"].includes((await client.job(job)).status))
      await client.disks(told.desktopId);
  }
}

const isGoing = (status: string) => ["WAITING", "RUNNING"].includes(status);

async function subJobs(client: Client): Promise<SubJobJson[]> {
  return (await client.call("GET", "/workspace-sub-jobs")).json?.jobs as SubJobJson[];
}

test("killed in the middle of many changes, again and again, it loses none that was answered", async () => {
  const file = join(folder, "world");
  const args = ["--state", file, "--desktops", "12", "--job-time", "5-40"];
  const all = Array.from(
    { length: 12 },
    (_, index) => new Told(`d0000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}`),
  );
  for (const changes of isNightly ? [40, 90, 7, 200] : [40, 7]) {
    const emulator = command(...args);
    const client = new Client(await emulator.announced());
    let count = 0;
    const workers = all.map((told) =>
      change(client, told, () => {
        count += 1;
        if (count === changes) emulator.signal("SIGKILL");
      }),
    );
    const ends = await Promise.allSettled(workers);
    expect(ends.map(({ status }) => status)).toEqual(all.map(() => "rejected"));
    await emulator.ended;

    const next = command(...args);
    const after = new Client(await next.announced());
    expect(next.out).toContain(`# State: kept in ${file}, which has the world of an earlier start`);
    expect(next.out).toContain("# Not used, because they describe a new world: --desktops");
    let jobs = await subJobs(after);
    while (jobs.some(({ status }) => isGoing(status))) jobs = await subJobs(after);
    const statuses = new Map(jobs.map(({ job_id, status }) => [job_id, status]));
    for (const told of all) {
      const { desktopId } = told;
      expect(told.jobs.map((id) => [id, statuses.get(id)])).toEqual(told.jobs.map((id) => [id, "SUCCESS"]));
      const volumes = await after.disks(desktopId);
      const found = new Set(volumes.map(({ size }) => size));
      // A change whose answer has not come may have begun.
      const { add, delete: deleted } = told.open;
      if (add !== undefined && found.has(add)) told.sizes.add(add);
      if (deleted !== undefined && !found.has(deleted)) told.sizes.delete(deleted);
      expect([desktopId, [...found].sort()]).toEqual([desktopId, [...told.sizes].sort()]);
      for (const { size, volume_id } of volumes)
        expect([size, told.ids.get(size) ?? volume_id]).toEqual([size, volume_id]);
      told.read(volumes);
      told.open = {};
      told.nextSize += 10;
    }
    next.signal("SIGTERM");
    expect(await next.ended).toBe(0);
  }
});

test("a seed that cannot be carried out leaves no file, and the next start gets the whole seed", async () => {
  const [file, seed] = [join(folder, "seeded"), join(folder, "seed.yaml")];
  const desktops = "desktops: [{ desktop_id: a }, { desktop_id: b }]\n";
  writeFileSync(seed, `${desktops}faults: [{ fault: flood }]\n`);
  expect(await command("--state", file, "--seed", seed).ended).toBe(2);
  expect(existsSync(file)).toBe(false);
  writeFileSync(seed, `${desktops}faults: [{ fault: throttle }]\n`);
  const first = command("--state", file, "--seed", seed);
  await first.announced();
  first.signal("SIGKILL");
  await first.ended;
  const { url } = await command("--state", file, "--seed", seed).announced();
  const read = async (name: string) =>
    (await (await fetch(`${url}/_emulator/${name}`)).json()) as Record<string, unknown>;
  expect((await read("desktops")).desktops).toMatchObject([{ desktop_id: "a" }, { desktop_id: "b" }]);
  expect((await read("faults")).faults).toMatchObject([{ fault: "throttle" }]);
});

test("a file that cannot be used ends it with status 2 and one line", async () => {
  const file = join(folder, "notes.txt");
  writeFileSync(file, "not a world");
  const emulator = command("--state", file);
  expect(await emulator.ended).toBe(2);
  expect(emulator.out).toBe("");
  expect(emulator.err).toBe(
    `huaweicloud-workspace-emulator: The state file ${file} was not written by this emulator. ` +
      "It was not changed. Remove it to start a new world, or give another name.\n",
  );
});

test("two emulators never have one file", async () => {
  const file = join(folder, "shared");
  const first = command("--state", file);
  expect((await first.announced()).url).toContain("http://");
  const second = new Command(copy.bin, ["--state", file]);
  expect(await second.ended).toBe(2);
  expect(second.err).toContain(`The state file ${file} is in use by another emulator.`);
});
