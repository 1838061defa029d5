import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { compileFunction } from "node:vm";
import * as ts from "typescript";
import { parse } from "yaml";
import { catalogue } from "./fault-catalogue";
import { dialectCatalogue, dialectNames } from "./dialects";
import { help, readFlags } from "./flags";
import type { HistoryEvent } from "./history";
import * as published from "./index";
import { codes, gatewayCodes } from "./refusals";
import { readSeedFile } from "./seed-file";
import { buildCopy } from "./testing/built-copy";
import { ask, Client } from "./testing/client";
import { d1, running } from "./testing/running";

const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");

const { version, files } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
  version: string;
  files: string[];
};

/** A port that nothing listens on at the moment. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

function blocks(language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...readme.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** The rows of the tables, as their cells. */
const rows = readme
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("every block is of a kind that is tested here", () => {
  const kinds = [...readme.matchAll(/^```(\w+)$/gm)].map(([, kind]) => kind ?? "");
  expect([...new Set(kinds)].sort()).toEqual(["json", "sh", "text", "ts", "yaml"]);
});

test("the command starts what the text shows", async () => {
  const [start = ""] = blocks("sh").filter((block) => block.startsWith("npx "));
  const { options } = readFlags(start.trim().split(/\s+/).slice(2));
  expect(options).toEqual({ port: 18_080, desktops: 3, jobTimeMs: 2000 });
  const { emulator } = await running({ ...options, port: 0 });
  const lines = Object.entries(emulator.env).map(([name, value]) => `export ${name}=${String(value)}`);
  const shown = [`huaweicloud-workspace-emulator listening on ${emulator.url}`, ...lines].join("\n");
  expect(blocks("text")).toEqual([`${shown.replaceAll(emulator.url, "http://127.0.0.1:18080")}\n`]);
  expect(emulator.desktops()).toHaveLength(3);
});

test("every dialect has a row, and every row is a dialect; those of the plain reading say so", () => {
  const names = rows.map(([cell]) => cell ?? "").filter((cell) => /^`[a-z0-9-]+`( \(default\))?$/.test(cell));
  const known = dialectNames.map((name) => `\`${name}\`${dialectCatalogue[name].plain ? " (default)" : ""}`);
  expect(names).toEqual(expect.arrayContaining(known));
  const [, table = ""] = /## Dialects([\s\S]*?)## A second actor/.exec(readme) ?? [];
  expect([...table.matchAll(/^\| (`[a-z0-9-]+`(?: \(default\))?)/gm)].map(([, name]) => name)).toEqual(known);
});

test("every command with --dialect is understood", () => {
  const commands = blocks("sh").flatMap((block) =>
    block.split("\n").filter((line) => /^npx .*--dialect/.test(line)),
  );
  const orders = commands.map((line) => readFlags(line.split(/\s+/).slice(2)).dialects);
  expect(orders).toEqual([["lagging-reads", "unknown-as-400"], "list"]);
});

test("the command with --state is understood", () => {
  const [line = ""] = blocks("sh").filter((block) => block.includes("--state"));
  const { options } = readFlags(line.trim().split(/\s+/).slice(2));
  expect(options).toEqual({ port: 18_080, desktops: 3, stateFile: "world.state" });
});

test("an event of the history has the fields that are shown", async () => {
  const { emulator, client } = await running();
  await client.call(
    "POST",
    `/desktops/${d1}/volumes`,
    { volumes: [{ type: "SSD", size: 20 }] },
    { label: "run 1" },
  );
  emulator.advance(1000);
  const shown = JSON.parse(blocks("json")[0] ?? "") as HistoryEvent;
  const real = emulator.history().find(({ what }) => what === shown.what);
  const frame = { at: 0, volume_id: "", job_id: "", by: { ...shown.by, request_id: "" } };
  expect({ ...real, ...frame, by: { ...real?.by, request_id: "" } }).toEqual({ ...shown, ...frame });
});

test("every call with curl is taken", async () => {
  const calls = blocks("sh").filter((block) => block.startsWith("curl "));
  expect(calls).toHaveLength(4);
  for (const call of calls) {
    const { emulator } = await running();
    const [, method, path, data] =
      /-X (\w+) "\$HW_WORKSPACE_ENDPOINT(\S+)"[\s\S]*-d '([\s\S]*)'/.exec(call) ?? [];
    const reply = await ask(emulator, method ?? "", path ?? "", { body: JSON.parse(data ?? "") as unknown });
    expect([call, reply.status < 300, reply.text]).toMatchObject([call, true, expect.any(String)]);
  }
});

test("the program compiles under strict rules, and runs", async () => {
  const [source = ""] = blocks("ts");
  const file = join(__dirname, "readme-example.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const text = source.replace('"huaweicloud-workspace-emulator"', '"./index"');
  host.fileExists = (name) => name === file || ts.sys.fileExists(name);
  host.readFile = (name) => (name === file ? text : ts.sys.readFile(name));
  const program = ts.createProgram([file], options, host);
  const sourceFile = program.getSourceFile(file);
  const problems = [
    ...program.getSyntacticDiagnostics(sourceFile),
    ...program.getSemanticDiagnostics(sourceFile),
  ];
  const messages = problems
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
    .filter((message) => !message.includes("is declared but its value is never read"));
  expect(messages).toEqual([]);

  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  const log = jest.fn();
  const body = `${outputText}\nreturn example;`;
  const load = (name: string): unknown => {
    expect(name).toBe("huaweicloud-workspace-emulator");
    return published;
  };
  const make = compileFunction(body, ["require", "exports", "console"]) as (
    load: (name: string) => unknown,
    exports: object,
    console: object,
  ) => () => Promise<void>;
  await make(load, {}, { log })();
  expect(log).toHaveBeenCalledWith([expect.objectContaining({ desktop_id: d1 }), expect.anything()], []);
}, 60_000);

test("the step of the workflow starts an emulator, and gives its variables to the steps behind it", async () => {
  const [workflow = ""] = blocks("yaml").filter((block) => block.startsWith("name:"));
  const { jobs } = parse(workflow) as { jobs: { tests: { steps: { name?: string; run?: string }[] } } };
  const { run = "" } = jobs.tests.steps.find(({ name }) => name === "Start the emulator") ?? {};
  expect(workflow).toContain(`huaweicloud-workspace-emulator-${version}.tgz`);

  const folder = mkdtempSync(join(tmpdir(), "emulator-workflow-"));
  const copy = buildCopy();
  try {
    mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
    symlinkSync(copy.bin, join(folder, "node_modules", ".bin", "huaweicloud-workspace-emulator"));
    chmodSync(copy.bin, 0o755);
    const port = String(await freePort());
    const script = `${run.replaceAll("18080", port)}\nkill $!`;
    const env = { PATH: process.env.PATH, GITHUB_ENV: join(folder, "github-env") };
    await promisify(execFile)("bash", ["-e", "-c", script], { cwd: folder, env, timeout: 25_000 });
    const lines = readFileSync(env.GITHUB_ENV, "utf8").trim().split("\n");
    const { emulator } = await running();
    expect(lines.map((line) => line.split("=")[0])).toEqual(Object.keys(emulator.env));
    expect(lines).toContain(`HW_WORKSPACE_ENDPOINT=http://127.0.0.1:${port}`);
  } finally {
    copy.remove();
    rmSync(folder, { recursive: true });
  }
});

test("every link leads to a place on this page or to a file of the tarball", () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? "");
  const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(
    ([, title]) => `#${(title ?? "").toLowerCase().replaceAll(" ", "-")}`,
  );
  expect([...headings, ...files]).toEqual(expect.arrayContaining(links));
});

test("the world in YAML can be started with", async () => {
  const [world = ""] = blocks("yaml").filter((block) => block.startsWith("accounts:"));
  const folder = mkdtempSync(join(tmpdir(), "emulator-readme-"));
  const file = join(folder, "world.yaml");
  writeFileSync(file, world);
  const { accounts = [], faults = [], dialects = [], second_actor } = await readSeedFile(file);
  rmSync(folder, { recursive: true });
  expect(Object.keys(parse(world) as object)).toEqual(["accounts", "faults", "dialects", "second_actor"]);
  const { emulator } = await running({ accounts, desktops: 0, dialects });
  emulator.setSecondActor(second_actor);
  for (const fault of faults) emulator.addFault(fault);
  const client = new Client(emulator);
  expect((await client.desktop("desk-1")).data_volumes).toMatchObject([{ volume_id: "disk-1", size: 20 }]);
  expect((await client.call("GET", "/workspace-jobs/j")).status).toBe(429);
});

test("every fault has a row, with its fields", () => {
  for (const [name, { fields, required }] of Object.entries(catalogue)) {
    const row = rows.find(([cell]) => cell === `\`${name}\``);
    expect([name, row?.length]).toEqual([name, 3]);
    const documented = [...(row?.[2] ?? "").matchAll(/`(\w+)`/g)].map(([, field]) => field);
    for (const field of Object.keys(fields))
      expect([name, documented]).toEqual([name, expect.arrayContaining([field])]);
    for (const field of required) expect(row?.[2]).toContain(`**\`${field}\`**`);
  }
});

test("every flag has a row, and every row is a flag", () => {
  const inHelp = [...help.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag);
  const inReadme = rows
    .map(([cell]) => /^`(--[\w-]+)/.exec(cell ?? "")?.[1])
    .filter((flag) => flag !== undefined);
  expect(inReadme).toEqual(inHelp);
});

test("every code that it answers with is named", () => {
  // Internal errors are mistakes of the emulator; a failed job shows its code in the job.
  const hidden: string[] = [codes.internal, codes.jobFailed];
  const all = Object.values({ ...codes, ...gatewayCodes }).filter((code) => !hidden.includes(code));
  for (const code of all) expect(readme).toContain(`\`${code}\``);
});

test("every member of a running emulator has a row", () => {
  const members = Object.getOwnPropertyNames(published.Emulator.prototype).filter(
    (name) => name !== "constructor",
  );
  const documented = rows.map(([cell]) => cell ?? "").join(" ");
  for (const member of [...members, "url", "env"]) expect(documented).toContain(`\`${member}`);
});
