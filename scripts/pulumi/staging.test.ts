import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderSize, standstill } from "./download";
import { placeLauncher } from "./launcher";
import { removeAbandoned } from "./obtain";
import { publish } from "./publish";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "staging-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("what was staged comes to its place, over what lies there", () => {
  const [from, to] = [join(folder, "from"), join(folder, "to", "bin")];
  mkdirSync(from);
  mkdirSync(to, { recursive: true });
  writeFileSync(join(from, "pulumi"), "new");
  writeFileSync(join(from, "pulumi-resource-pulumi-nodejs"), "launcher");
  writeFileSync(join(to, "pulumi"), "old");

  publish(from, to);

  expect(readFileSync(join(to, "pulumi"), "utf8")).toBe("new");
  expect(readdirSync(to)).toEqual(["pulumi", "pulumi-resource-pulumi-nodejs"]);
  expect(readdirSync(from)).toEqual([]);
});

test("the CLI itself comes last", () => {
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  mkdirSync(from);
  // In the place of the plugin lies a folder that is not empty: moving it there fails.
  mkdirSync(join(to, "pulumi-watch", "in-the-way"), { recursive: true });
  writeFileSync(join(from, "pulumi"), "");
  writeFileSync(join(from, "pulumi-watch"), "");

  expect(() => {
    publish(from, to);
  }).toThrow();

  expect(existsSync(join(to, "pulumi"))).toBe(false);
});

test("a launcher is put where there is none, and can be executed", () => {
  const source = join(folder, "source");
  writeFileSync(source, "launcher", { mode: 0o644 });
  const bin = join(folder, "bin");
  mkdirSync(bin);

  placeLauncher(bin, source);

  const placed = join(bin, "pulumi-resource-pulumi-nodejs");
  expect(readFileSync(placed, "utf8")).toBe("launcher");
  expect(statSync(placed).mode & 0o111).toBe(0o111);
  expect(readdirSync(bin)).toHaveLength(1);
});

test("a launcher that is there stays", () => {
  writeFileSync(join(folder, "pulumi-resource-pulumi-nodejs"), "official");
  placeLauncher(folder, __filename);
  expect(readFileSync(join(folder, "pulumi-resource-pulumi-nodejs"), "utf8")).toBe("official");
});

test("staging folders of this version go, everything else stays", () => {
  for (const name of ["3.1.0", "3.1.0.lock", "3.1.0.staging-12", "3.1.0.staging-345", "3.1.00.staging-1"]) {
    mkdirSync(join(folder, name, "bin"), { recursive: true });
  }
  removeAbandoned(join(folder, "3.1.0"));
  expect(readdirSync(folder)).toEqual(["3.1.0", "3.1.0.lock", "3.1.00.staging-1"]);
});

test("the size of a folder counts its files at any depth", () => {
  mkdirSync(join(folder, "deep", "deeper"), { recursive: true });
  writeFileSync(join(folder, "a"), "12345");
  writeFileSync(join(folder, "deep", "deeper", "b"), "678");
  expect(folderSize(folder)).toBe(8);
});

test("a standstill is said when nothing has grown for longer than allowed", () => {
  let [size, time] = [0, 0];
  const check = standstill(
    () => size,
    () => time,
    30_000,
  );
  time = 30_000;
  expect(check()).toBeUndefined();
  size = 1;
  time = 31_000;
  expect(check()).toBeUndefined();
  time = 61_000;
  expect(check()).toBeUndefined();
  time = 61_001;
  expect(check()).toBe("nothing came for 30 s");
});
