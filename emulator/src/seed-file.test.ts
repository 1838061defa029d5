import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BadSeed, readSeedFile } from "./seed-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-seed-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(text: string, name = "world.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("YAML and JSON say the same", async () => {
  const yaml = "desktops:\n  - desktop_id: a\n    data_volumes: [{ volume_id: v, size: 20 }]\n";
  const json = '{"desktops": [{"desktop_id": "a", "data_volumes": [{"volume_id": "v", "size": 20}]}]}';
  const seed = await readSeedFile(file(yaml));
  expect(seed).toEqual({ desktops: [{ desktop_id: "a", data_volumes: [{ volume_id: "v", size: 20 }] }] });
  expect(await readSeedFile(file(json, "world.json"))).toEqual(seed);
});

test.each([
  ["no YAML", "a: [", ""],
  ["nothing", "", "must be object"],
  ["an unknown part", "users: []", "(users)"],
  [
    "an account without projects",
    "accounts: [{ domain_name: a }]",
    "/accounts/0 must have required property 'projects'",
  ],
  [
    "a key without its secret",
    "accounts: [{ domain_name: a, projects: [{ region: r }], access_keys: [{ access: k }] }]",
    "secret",
  ],
  ["a desktop without an id", "desktops: [{ computer_name: a }]", "/desktops/0"],
])("%s is refused, with the file's name and why", async (_, text, message) => {
  const path = file(text);
  await expect(readSeedFile(path)).rejects.toThrow(BadSeed);
  await expect(readSeedFile(path)).rejects.toThrow(path);
  await expect(readSeedFile(path)).rejects.toThrow(message);
});

test("a file that is not there is refused", async () => {
  await expect(readSeedFile(join(folder, "nope.yaml"))).rejects.toThrow(BadSeed);
});
