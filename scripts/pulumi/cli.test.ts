import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { searchCli, versionDirectory } from "./cli";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "home-"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function place(directory: string, mode = 0o755): string {
  mkdirSync(directory, { recursive: true });
  const command = join(directory, "pulumi");
  writeFileSync(command, "", { mode });
  return command;
}

const installed = (): string => join(versionDirectory(home), "bin");
const says = (versions: Readonly<Record<string, string>>) => (command: string) =>
  Promise.resolve(versions[command] ?? "not asked for");

test("the CLI on PATH is taken first", async () => {
  const onPath = place(join(home, "on-path"));
  const other = place(installed());

  const { cli } = await searchCli(
    { PATH: ["/nowhere", dirname(onPath)].join(delimiter) },
    home,
    says({ [onPath]: "v3.250.0", [other]: "v3.259.0" }),
  );

  expect(cli).toEqual({ command: onPath, directory: dirname(onPath), version: "v3.250.0" });
});

test("one on PATH that is too old is passed over, and the reason is kept", async () => {
  const onPath = place(join(home, "on-path"));
  const other = place(installed());

  const { cli, tried } = await searchCli(
    { PATH: dirname(onPath) },
    home,
    says({ [onPath]: "v3.100.0", [other]: "v3.259.0" }),
  );

  expect(cli?.command).toBe(other);
  expect(tried).toEqual([expect.stringMatching(/on-path.*"v3\.100\.0".*or newer/)]);
});

test("one that does not run is passed over", async () => {
  place(installed());

  const { cli, tried } = await searchCli({ PATH: "" }, home, () => Promise.reject(new Error("half a file")));

  expect(cli).toBeUndefined();
  expect(tried).toEqual(["PATH: no pulumi on it", expect.stringContaining("does not run: half a file")]);
});

test("a file that cannot be executed is no CLI", async () => {
  place(installed(), 0o644);

  const { tried } = await searchCli({}, home, says({}));

  expect(tried).toEqual([expect.stringContaining("PATH"), expect.stringContaining(versionDirectory(home))]);
});
