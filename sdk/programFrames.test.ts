import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ModuleKind, transpileModule } from "typescript";
import { DataDiskAttachment, DesktopDataDisks } from ".";
import { endTracesWithProgram } from "./programFrames";

type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/** What stands in the place where Node and others put what writes traces. */
const installed = () => Reflect.get(Error, "prepareStackTrace") as Prepare | undefined;
let before: Prepare | undefined;

beforeEach(() => {
  before = installed();
});

afterEach(() => {
  if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
  else Error.prepareStackTrace = before;
});

const frame = (file: string | undefined, name: string | null = "f", line = 1, column = 2) =>
  ({
    getFileName: () => file,
    getFunctionName: () => name,
    getLineNumber: () => line,
    getColumnNumber: () => column,
  }) as NodeJS.CallSite;

const program = [frame("/p/index.ts", "make", 3, 4), frame("/p/index.ts", null, 5, 6)];
const runner = [frame("node:internal/modules/cjs/loader"), frame("/n/pulumi/run.js")];

function written(frames: NodeJS.CallSite[]): unknown {
  const restore = endTracesWithProgram();
  try {
    return installed()?.(new Error("e"), frames);
  } finally {
    restore();
  }
}

test("a trace ends where the program ends", () => {
  Reflect.deleteProperty(Error, "prepareStackTrace");
  expect(written([...program, ...runner])).toBe(
    "Error: e\n    at make (/p/index.ts:3:4)\n    at program (/p/index.ts:5:6)",
  );
});

test("one without frames of Node is whole", () => {
  Reflect.deleteProperty(Error, "prepareStackTrace");
  expect(written([...program, frame(undefined)])).toContain("(<anonymous>:1:2)");
});

test("whoever maps positions to sources goes on doing so, with the frames of the program", () => {
  const seen: NodeJS.CallSite[][] = [];
  Error.prepareStackTrace = function (this: unknown, _error, frames) {
    expect(this).toBe(Error);
    seen.push(frames);
    return "mapped";
  };
  expect(written([...program, ...runner])).toBe("mapped");
  expect(seen.at(-1)).toEqual(program);
});

test("each place is mapped once, however many traces have it", () => {
  const seen: string[] = [];
  Error.prepareStackTrace = (error, frames) => {
    seen.push(...frames.map((one) => `${one.getFileName() ?? ""}:${one.getLineNumber() ?? 0}`));
    return `${String(error)}\n    at ${frames.map((one) => `source of ${one.getFunctionName() ?? "?"}`).join()}`;
  };

  for (let trace = 0; trace < 3; trace++) {
    expect(written([...program, ...runner])).toBe("Error: e\n    at source of make\n    at source of ?");
  }
  expect(seen).toEqual(["/p/index.ts:3", "/p/index.ts:5"]);
});

describe("traces of Pulumi's own promises", () => {
  const before = process.env.PULUMI_DEBUG_PROMISE_LEAKS;
  const promise = [frame("/n/pulumi/debuggable.js", "debuggablePromise"), ...program];

  afterEach(() => {
    if (before === undefined) delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
    else process.env.PULUMI_DEBUG_PROMISE_LEAKS = before;
  });

  test("are not written", () => {
    delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
    expect(written(promise)).toBe("Error: e");
  });

  test("are, for those who look for leaks", () => {
    process.env.PULUMI_DEBUG_PROMISE_LEAKS = "true";
    expect(written(promise)).toContain("/p/index.ts:3:4");
  });

  test("are taken in a function of that name", () => {
    const pulumi = readFileSync(require.resolve("@pulumi/pulumi/runtime/debuggable"), "utf8");
    const [, body] = /\nfunction debuggablePromise\((.*?)\n\}\n/s.exec(pulumi) ?? [];
    expect(body).toContain("new Error().stack");
  });
});

test.each([
  ["nobody", undefined],
  ["somebody", () => "mapped"],
])("what was there before is there again, where it was %s", (_who, prepare?: Prepare) => {
  if (prepare === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
  else Error.prepareStackTrace = prepare;
  const restore = endTracesWithProgram();
  expect(installed()).not.toBe(prepare);
  restore();
  expect(installed()).toBe(prepare);
  expect(Object.hasOwn(Error, "prepareStackTrace")).toBe(prepare !== undefined);
});

test("a resource that cannot be made leaves traces as they were", () => {
  const disk = { desktopId: "d", type: "SSD", size: 10 };
  expect(() => new DataDiskAttachment("", disk)).toThrow(/name/);
  expect(() => new DesktopDataDisks("", { desktopId: "d", disks: { disk } })).toThrow(/name/);
  expect(installed()).toBe(before);
});

describe("in a program", () => {
  const run = promisify(execFile);
  const root = join(__dirname, "..");
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "frames-"));
    const source = readFileSync(join(__dirname, "programFrames.ts"), "utf8");
    const { outputText } = transpileModule(source, { compilerOptions: { module: ModuleKind.CommonJS } });
    writeFileSync(join(folder, "programFrames.js"), outputText);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** The positions that Pulumi finds for a resource that this program makes, innermost first. */
  async function positions(file: string, lines: string[], ...node: string[]): Promise<string[]> {
    const path = join(folder, file);
    writeFileSync(path, lines.join("\n"));
    const { stdout } = await run(process.execPath, [...node, path], { cwd: root });
    return (JSON.parse(stdout) as ({ uri: string; line: number; column: number } | null)[]).map((position) =>
      position === null ? "?" : `${position.uri.split("/").at(-1) ?? ""}:${position.line}:${position.column}`,
    );
  }

  /** Asks Pulumi for positions as it does in the constructor of a resource. */
  const look = [
    `const { Resource } = require(${JSON.stringify(require.resolve("@pulumi/pulumi"))});`,
    `const { endTracesWithProgram } = require("./programFrames.js");`,
    `function positions() {`,
    `  const restore = endTracesWithProgram();`,
    `  try { return Resource.stackTrace(2); } finally { restore(); }`,
    `}`,
  ];

  test("in plain JavaScript each position is the program's own, and the loader is none of them", async () => {
    const code = [
      ...look,
      `function make() {`,
      `  return positions();`,
      `}`,
      `console.log(JSON.stringify(make()));`,
    ];
    expect(await positions("index.js", code)).toEqual(["index.js:8:10", "index.js:10:28"]);
  });

  test("in TypeScript they are those of the source", async () => {
    const code = [
      `interface Erased {`,
      `  of: string;`,
      `}`,
      ...look,
      `function make(_why: Erased): unknown {`,
      `  return positions();`,
      `}`,
      `console.log(JSON.stringify(make({ of: "it" })));`,
    ];
    const tsNode = ["-r", require.resolve("ts-node/register/transpile-only")];
    expect(await positions("index.ts", code, ...tsNode)).toEqual(["index.ts:11:10", "index.ts:13:28"]);
  });
});
