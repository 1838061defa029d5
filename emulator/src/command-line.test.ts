import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dialectNames } from "./dialects";
import { help } from "./flags";
import { buildCopy, type BuiltCopy } from "./testing/built-copy";
import { Command } from "./testing/command";

jest.setTimeout(30_000);

let copy: BuiltCopy;
const started: Command[] = [];

beforeAll(() => {
  copy = buildCopy();
});
afterEach(async () => {
  for (const command of started.splice(0)) {
    command.signal("SIGKILL");
    await command.ended;
  }
});
afterAll(() => {
  copy.remove();
});

function command(...args: string[]): Command {
  const result = new Command(copy.bin, args);
  started.push(result);
  return result;
}

test("it says where it listens, what a shell can take over, and then only comments", async () => {
  const emulator = command("--port", "0", "--desktops", "2");
  const url = await emulator.url();
  const [first, ...lines] = emulator.out.trimEnd().split("\n");
  expect(first).toBe(`huaweicloud-workspace-emulator listening on ${url}`);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(lines.slice(0, 6)).toEqual([
    "export HW_REGION_NAME=cn-north-4",
    "export HW_ACCESS_KEY=EMULATORACCESSKEY001",
    "export HW_SECRET_KEY=EmulatorSecretKeyForTestsOnly00000000001",
    "export HW_PROJECT_ID=e0000000000000000000000000000001",
    `export HW_WORKSPACE_ENDPOINT=${url}`,
    `export HW_AUTH_URL=${url}/v3`,
  ]);
  const rest = lines.slice(6);
  expect(rest.length).toBeGreaterThan(0);
  for (const line of rest) expect(line).toMatch(/^#/);
  for (const name of ["Pulumi", "Terraform", "SDK"]) expect(rest.join("\n")).toContain(name);
  const { desktops } = (await (await fetch(`${url}/_emulator/desktops`)).json()) as { desktops: unknown[] };
  expect(desktops).toHaveLength(2);
});

test("it logs a line for each request on stderr", async () => {
  const emulator = command();
  const url = await emulator.url();
  await fetch(`${url}/v2/p/quotas?a=1`);
  await emulator.until(({ err }) => err.includes("\n"));
  expect(emulator.err).toMatch(/^\d{4}-\d\d-\d\dT\S+Z GET \/v2\/p\/quotas 401 -\n$/);
});

test("--dialect: it speaks what it is told, also from a seed file, and more with the flag", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-dialects-"));
  const file = join(folder, "world.yaml");
  writeFileSync(
    file,
    "dialects: [five-minutes]\nsecond_actor: { seed: 1, everyMs: { min: 1, max: 1 } }\ndesktops: [{ desktop_id: d }]\n",
  );
  const url = await command("--seed", file, "--dialect", "no-absent-lists,running-only").url();
  const shown = (await (await fetch(`${url}/_emulator/dialects`)).json()) as object;
  rmSync(folder, { recursive: true });
  expect(shown).toMatchObject({
    dialects: ["official-job-words", "idle-is-empty", "running-only", "five-minutes"],
  });
});

test("--dialect: a flag goes before the seed file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "emulator-dialects-"));
  const file = join(folder, "world.yaml");
  writeFileSync(file, "dialects: [absent-lists, five-minutes]\n");
  const url = await command(
    "--seed",
    file,
    "--dialect",
    "no-absent-lists",
    "--dialect",
    "running-only",
  ).url();
  rmSync(folder, { recursive: true });
  expect(await (await fetch(`${url}/_emulator/dialects`)).json()).toMatchObject({
    dialects: ["official-job-words", "idle-is-empty", "running-only", "five-minutes"],
  });
});

test("--dialect list: it prints a line for each with its source, and ends", async () => {
  const list = command("--dialect", "list");
  expect(await list.ended).toBe(0);
  const lines = list.out.trimEnd().split("\n");
  expect(lines).toHaveLength(dialectNames.length);
  for (const [index, name] of dialectNames.entries())
    expect(lines[index]).toMatch(new RegExp(`^${name}( \\(default\\))?: .+ \\[.+\\]$`));
});

test("--dialect with an unknown name: it ends with status 2 and lists the known ones", async () => {
  const wrong = command("--quiet", "--dialect", "lagging");
  expect(await wrong.ended).toBe(2);
  expect(wrong.err).toContain(`There is no dialect "lagging". Known dialects: ${dialectNames.join(", ")}`);
});

test("--quiet: it does not", async () => {
  const emulator = command("--quiet");
  const url = await emulator.url();
  await fetch(`${url}/v2/p/quotas`);
  emulator.signal("SIGTERM");
  await emulator.ended;
  expect(emulator.err).toBe("");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it at once, whatever is still open", async (signal) => {
  const emulator = command();
  const url = await emulator.url();
  const fault = { fault: "no-answer" };
  await fetch(`${url}/_emulator/faults`, { method: "POST", body: JSON.stringify(fault) });
  const waiting = fetch(`${url}/v2/p/quotas`);
  waiting.catch(() => undefined);
  await emulator.until(({ err }) => err.includes("unanswered"));
  emulator.signal(signal);
  expect(await emulator.ended).toBe(0);
  await expect(waiting).rejects.toThrow("fetch failed");
});

test("--help: everything that it can do", async () => {
  const emulator = command("--help");
  expect(await emulator.ended).toBe(0);
  expect(emulator.out).toBe(help);
});

describe("what makes no sense ends it with status 2 and one line", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "emulator-command-"));
    writeFileSync(join(folder, "unknown.yaml"), "users: []");
    writeFileSync(join(folder, "fault.yaml"), "faults: [{ fault: flood }]");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each([
    [["--prot", "1"], "--prot"],
    [["--port", "x"], "--port must be a whole number"],
    [["--seed", "nope.yaml"], "nope.yaml"],
    [["--seed", "unknown.yaml"], "(users)"],
    [["--seed", "fault.yaml"], "fault must be one of"],
  ])("%j", async (args, message) => {
    const at = args.map((arg) => (arg.endsWith(".yaml") ? join(folder, arg) : arg));
    const emulator = command(...at);
    expect(await emulator.ended).toBe(2);
    expect(emulator.out).toBe("");
    expect(emulator.err).toContain(message);
    expect(emulator.err).toMatch(/^huaweicloud-workspace-emulator: [^\n]+\n$/);
  });
});

test("a port that is taken ends it with status 1", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const emulator = command("--port", String(port));
  expect(await emulator.ended).toBe(1);
  expect(emulator.err).toContain("EADDRINUSE");
  await new Promise((resolve) => other.close(resolve));
});
