import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BadStateFile, StateFile } from "./state-file";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-state-"));
  path = join(folder, "state");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const dialects = (...names: string[]) => ["dialects", "", names] as const;

/** Writes a file with these dialects, one after the other, and returns where each record ends. */
async function written(...names: string[]): Promise<number[]> {
  const file = await StateFile.open(path);
  await file.rewrite([dialects("first")]);
  const ends = [file.length];
  for (const name of names) {
    await file.append([dialects(name)]);
    ends.push(file.length);
  }
  await file.close();
  return ends;
}

async function reopened(): Promise<string[] | undefined> {
  const file = await StateFile.open(path);
  await file.close();
  return file.stored?.one("dialects");
}

test("a file that is not there begins a world, and is written with the first change only", async () => {
  const file = await StateFile.open(path);
  expect([file.stored, existsSync(path)]).toEqual([undefined, false]);
  await file.close();
});

test("what was added last counts", async () => {
  await written("second", "third");
  expect(await reopened()).toEqual(["third"]);
});

test("a record of nothing takes away what there was; events add up", async () => {
  const file = await StateFile.open(path);
  await file.rewrite([dialects("a"), ["event", "", 1]]);
  await file.append([
    ["dialects", "", null],
    ["event", "", 2],
  ]);
  await file.close();
  const { stored } = await StateFile.open(path).then(async (again) => {
    await again.close();
    return again;
  });
  expect([stored?.one("dialects"), stored?.events]).toEqual([undefined, [1, 2]]);
});

test("a file that is written anew leaves nothing beside it, keeps a link, and lets in nobody else", async () => {
  await written();
  const link = join(folder, "link");
  symlinkSync(path, link);
  const file = await StateFile.open(link);
  await file.rewrite([dialects("anew")]);
  await file.close();
  expect(await reopened()).toEqual(["anew"]);
  expect(readdirSync(folder).sort()).toEqual(["link", "state"]);
});

test("a new file that a link names is written where the link leads", async () => {
  const link = join(folder, "link");
  symlinkSync("state", link);
  const file = await StateFile.open(link);
  await file.rewrite([dialects("new")]);
  await file.close();
  expect([readlinkSync(link), await reopened()]).toEqual(["state", ["new"]]);
});

describe("a process that is killed while it writes", () => {
  test("and leaves half of a new file beside the old one: the next start removes it", async () => {
    await written();
    writeFileSync(join(folder, ".state.emulator-new"), "half");
    expect(await reopened()).toEqual(["first"]);
    expect(readdirSync(folder)).toEqual(["state"]);
  });

  test.each([1, 9, 20])("before %d bytes of the last record were there: it was not answered", async (had) => {
    const [before = 0, end = 0] = await written("second");
    const bytes = readFileSync(path);
    // The header is written last: it names the end of what was answered.
    const header = bytes.toString().split("\n", 1)[0] ?? "";
    const older = header.replace(String(end).padStart(16, "0"), String(before).padStart(16, "0"));
    expect(older).not.toBe(header);
    const torn = Buffer.concat([Buffer.from(older), bytes.subarray(older.length, before + had)]);
    writeFileSync(path, torn);
    expect(await reopened()).toEqual(["first"]);
    // What was torn is gone for good: the next record follows the last whole one.
    const file = await StateFile.open(path);
    expect(file.length).toBe(before);
    await file.append([dialects("x")]);
    await file.close();
    expect(await reopened()).toEqual(["x"]);
  });

  test("before the header named the last record: it counts", async () => {
    const [before = 0, end = 0] = await written("second");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(String(end).padStart(16, "0"), String(before).padStart(16, "0")));
    expect(await reopened()).toEqual(["second"]);
  });
});

describe("is refused, and left as it is:", () => {
  const whole = () => readFileSync(path);
  test.each<[string, (bytes: Buffer) => Buffer, string]>([
    ["an empty file", () => Buffer.alloc(0), "is empty"],
    ["a file of something else", () => Buffer.from("accounts: []\n"), "was not written by this emulator"],
    ["a longer file of something else", () => Buffer.alloc(500, "x"), "was not written by this emulator"],
    ["a file that has lost its end", (bytes) => bytes.subarray(0, -1), "is incomplete: it has"],
    ["a file that has lost a record", (bytes) => bytes.subarray(0, -40), "is incomplete: it has"],
    ["a first line that is torn", (bytes) => bytes.subarray(0, 50), "is damaged in its first line"],
    [
      "a later format",
      (bytes) => Buffer.from(bytes.toString().replace('"format":1', '"format":2')),
      "has format 2, and this version reads format 1",
    ],
    [
      "a record that was changed",
      (bytes) => Buffer.from(bytes.toString().replace("second", "zecond")),
      "is damaged at byte",
    ],
  ])("%s", async (_, spoil, message) => {
    await written("second", "third");
    writeFileSync(path, spoil(whole()));
    const before = whole();
    const refusal: unknown = await StateFile.open(path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(BadStateFile);
    expect(String(refusal)).toContain(message);
    expect(String(refusal)).toContain("Remove it to start a new world");
    expect(whole()).toEqual(before);
    // The refusal has let go of it.
    await expect(StateFile.open(path)).rejects.toThrow(message);
  });

  test("a file in a folder that is not there", async () => {
    const nowhere = join(folder, "nowhere");
    await expect(StateFile.open(join(nowhere, "state"))).rejects.toThrow(
      `cannot be used: there is no folder ${nowhere}.`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a file in a folder in which it could not be written anew later", async () => {
    await written();
    const access = jest.spyOn(promises, "access").mockRejectedValue(new Error("EACCES: permission denied"));
    const refused = expect(StateFile.open(path)).rejects;
    await refused.toThrow(/cannot be used: .*the emulator must be able to write in its folder/);
    access.mockRestore();
  });

  test("a file that somebody else has begun under another name of its folder", async () => {
    const [real, link] = [join(folder, "real"), join(folder, "link")];
    mkdirSync(real);
    symlinkSync(real, link);
    const first = await StateFile.open(join(link, "state"));
    await first.rewrite([dialects("first")]);
    for (const name of [link, real])
      await expect(StateFile.open(join(name, "state"))).rejects.toThrow("is in use by another emulator.");
    await first.close();
  });

  test("a folder", async () => {
    await expect(StateFile.open(folder)).rejects.toThrow(/cannot be used: .*EISDIR/);
  });

  test("a file that somebody else has, until they have ended", async () => {
    const first = await StateFile.open(path);
    await expect(StateFile.open(path)).rejects.toThrow("is in use by another emulator.");
    await first.close();
    await (await StateFile.open(path)).close();
  });
});
