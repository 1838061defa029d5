/** The command of this package as people run it: a process of its own, against the emulator over HTTP. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "huaweicloud-workspace-emulator";
import { attachment, creating, dataDisks, exported, secret } from "../../orphans/testing/states";
import { bareEnvironment } from "../../scripts/pulumi/bare-environment";
import { repositoryRoot } from "../../scripts/repository";
import { desktopId, rootVolumeId } from "../engine/cloud";
import { type CommandResult, startCommand } from "../engine/command";
import { assertFresh, commandBuild } from "../engine/freshness";
import { todaysReading } from "../../testing/todaysReading";

jest.setTimeout(120_000);

const main = join(repositoryRoot, "dist", "orphans", "main.js");

let emulator: Emulator;
let folder: string;

beforeAll(async () => {
  assertFresh(commandBuild);
  emulator = await startEmulator({ dialects: todaysReading, desktops: 0 });
  folder = mkdtempSync(join(tmpdir(), "orphans-"));
});

afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  emulator.reset();
});

// It changes nothing, whatever it finds and whatever goes wrong.
afterEach(() => {
  const changing = emulator
    .requests()
    .filter(({ method, path }) => method !== "GET" && !path.startsWith("/v3/auth"));
  expect(changing).toEqual([]);
});

const place = () => ({
  region: emulator.env.HW_REGION_NAME,
  projectId: emulator.env.HW_PROJECT_ID,
  endpoint: emulator.url,
});

const disk = (name: string, desktop: number, volumeId: string) =>
  attachment(name, desktopId(desktop), volumeId, place());

function desktop(number: number, volumeIds: readonly string[]): void {
  emulator.addDesktops([
    {
      desktop_id: desktopId(number),
      root_volume: { volume_id: rootVolumeId(number), type: "SAS", size: 80 },
      data_volumes: volumeIds.map((id) => ({ volume_id: id, type: "SSD", size: 100 })),
    },
  ]);
}

/** Writes a state and gives the file. */
function file(name: string, state: string): string {
  const path = join(folder, name);
  writeFileSync(path, state);
  return path;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  return startCommand(process.execPath, [main, "orphans", ...args], {
    cwd: folder,
    env: { ...bareEnvironment(), ...emulator.env, ...env },
    timeout: 60_000,
  }).result;
}

interface JsonReport {
  findings: { kind: string; volumeId?: string; remedies: { program: string[]; commands: string[] }[] }[];
  desktops: { desktopId: string; shown: string }[];
  errors: { desktopId: string; message: string }[];
}

async function report(
  args: readonly string[],
  code: number,
  env: NodeJS.ProcessEnv = {},
): Promise<JsonReport> {
  const result = await run([...args, "--json"], env);
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code, stderr: "" });
  return JSON.parse(result.stdout) as JsonReport;
}

test("nothing lies around where every disk has its owner", async () => {
  desktop(1, ["v1", "v2"]);

  const { code, stdout, stderr } = await run([
    file("dev.json", exported("dev", [disk("a", 1, "v1")])),
    file("prod.json", exported("prod", [dataDisks("b", desktopId(1), { x: "v2" }, place())])),
  ]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    "stack dev of project infra, stack prod of project infra: 2 resource(s), 1 desktop(s). Nothing lies around.\n",
  );
});

test("what lies around is told to people with the lines that put it right", async () => {
  desktop(1, ["v1", "v2"]);

  const { code, stdout } = await run([file("dev.json", exported("dev", [disk("a", 1, "v1")]))]);

  expect(code).toBe(2);
  expect(stdout.replace(/made \S+\)/, "made …)"))
    .toBe(`1. Volume v2 on desktop DESKTOP-000001 (${desktopId(1)}) is owned by none of these stacks.
   SSD, 100 GB, /dev/sdc, less than a minute old (made …)
   To put it right: adopt it: add to the program of stack dev of project infra:
        new DataDiskAttachment("disk-v2", {
          desktopId: "${desktopId(1)}",
          type: "SSD",
          size: 100,
          existingVolumeId: "v2",
          deletionProtection: true,
        });
   Then:
        pulumi up --stack dev

stack dev of project infra: 1 resource(s), 1 desktop(s). 1 thing(s) lie around.
`);
});

test("each kind of thing is found in one run, and told to programs", async () => {
  desktop(1, ["made", "twice", "stray"]);
  desktop(2, []);
  const pending = creating("DataDiskAttachment", "cut", {
    desktopId: desktopId(1),
    type: "SSD",
    size: 100,
    existingVolumeId: "made",
    deletionProtection: true,
  });

  const { findings } = await report(
    [
      file(
        "dev.json",
        exported("dev", [disk("a", 1, "twice"), disk("gone", 2, "g1"), disk("lost", 3, "g2")], [pending]),
      ),
      file("prod.json", exported("prod", [disk("b", 1, "twice")])),
    ],
    2,
  );

  expect(findings).toMatchObject([
    { kind: "unowned-volume", volumeId: "made", mayBeOf: { name: "cut" } },
    { kind: "unowned-volume", volumeId: "stray", sizeGB: 100, type: "SSD", computerName: "DESKTOP-000001" },
    { kind: "pending-operation", operation: "creating", resource: { name: "cut" }, mayHaveMade: ["made"] },
    { kind: "gone-volume", volumeId: "g1", resource: { name: "gone" }, desktopDeleted: false },
    { kind: "gone-volume", volumeId: "g2", resource: { name: "lost" }, desktopDeleted: true },
    { kind: "owned-twice", volumeId: "twice", owners: [{ stack: "dev" }, { stack: "prod" }] },
  ]);
});

test("a job that is going on is waited for before a cut-off create is judged", async () => {
  desktop(1, []);
  emulator.addFault({
    fault: "foreign-job",
    desktop_id: desktopId(1),
    duration_ms: 600_000,
    visible: true,
  });
  const pending = creating("DataDiskAttachment", "cut", { desktopId: desktopId(1), type: "SSD", size: 100 });

  const { findings } = await report([file("dev.json", exported("dev", [], [pending]))], 2);

  expect(findings).toMatchObject([{ kind: "pending-operation", busy: true, remedies: [{ commands: [] }] }]);
});

test("250 desktops are read with three calls, and the ones that are missing there singly", async () => {
  const numbers = Array.from({ length: 250 }, (_, index) => index + 1);
  for (const number of numbers) if (number !== 77) desktop(number, [`v${number}`]);

  const { findings, desktops } = await report(
    [
      file(
        "dev.json",
        exported(
          "dev",
          numbers.map((number) => disk(`a${number}`, number, `v${number}`)),
        ),
      ),
    ],
    2,
  );

  expect(findings).toMatchObject([{ kind: "gone-volume", volumeId: "v77", desktopDeleted: true }]);
  expect(desktops).toHaveLength(250);
  const calls = emulator.requests().map(({ path }) => path.replace(/\?.*/, "").replace(/^\/v2\/[^/]+/, ""));
  expect(calls.sort()).toEqual([
    ...Array.from({ length: 2 }, () => `/desktops/${desktopId(77)}`),
    ...Array.from({ length: 3 }, () => "/desktops/detail"),
  ]);
});

describe("what proves nothing is an error and never called gone", () => {
  const refusal = (code: string) => ({ error_code: code, error_msg: "refused" });

  test.each([
    ["a 401", { fault: "respond", status: 401, body: refusal("WKS.0001") }],
    ["a 403", { fault: "respond", status: 403, body: refusal("WKS.0403") }],
    ["a gateway's 404", { fault: "respond", status: 404, body: refusal("APIGW.0101") }],
    ["a bare 404", { fault: "wrong-project" }],
    ["a list of disks that is missing", { fault: "no-data-volumes" }],
  ] as const)("%s", async (_, fault) => {
    desktop(1, []);
    desktop(2, ["v2", "stray"]);
    const match = { operation: "ShowDesktopDetail", desktop_id: desktopId(1) };
    emulator.addFault({ ...fault, times: "always", match });
    emulator.addFault({ fault: "list-misses-desktop", desktop_id: desktopId(1), times: "always" });

    const { findings, errors, desktops } = await report(
      [file("dev.json", exported("dev", [disk("a", 1, "v1"), disk("b", 2, "v2")]))],
      1,
    );

    expect(findings).toMatchObject([{ kind: "unowned-volume", volumeId: "stray" }]);
    expect(errors).toMatchObject([{ desktopId: desktopId(1) }]);
    expect(desktops.map(({ shown }) => shown)).toEqual(["unreadable", "there"]);
  });
});

test("one look that does not show a disk does not make it gone; the root volume never lies around", async () => {
  desktop(1, ["v1"]);
  desktop(2, ["v2"]);
  emulator.addFault({ fault: "root-among-data", desktop_id: desktopId(2), times: "always" });
  emulator.addFault({
    fault: "respond",
    status: 200,
    match: { operation: "ListDesktopsDetail" },
    body: {
      total_count: 1,
      desktops: [{ desktop_id: desktopId(1), computer_name: "one", status: "ACTIVE", data_volumes: [] }],
    },
  });

  const { findings } = await report(
    [file("dev.json", exported("dev", [disk("a", 1, "v1"), disk("b", 2, "v2")]))],
    0,
  );

  expect(findings).toEqual([]);
});

test("a state that does not tell all that is needed stops everything, and no secret is shown", async () => {
  desktop(1, ["v1"]);
  const hidden = dataDisks("b", desktopId(1), {}, { ...place(), disks: secret(), volumeIds: secret() });
  const password = { ...disk("c", 1, "v1"), inputs: { password: secret("hunter2") } };

  for (const [resources, told] of [
    [
      [hidden],
      /DesktopDataDisks::b: .*keeps disks, volumeIds of it as a secret: export it with --show-secrets/,
    ],
    [[attachment("a", desktopId(1), "v1", { ...place(), stateVersion: 99 })], /written by a newer version/],
  ] as const) {
    const { code, stdout, stderr } = await run([file("dev.json", exported("dev", [password, ...resources]))]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(told);
    expect(stderr).not.toContain("hunter2");
  }
  expect(emulator.requests()).toEqual([]);
});

test("a desktop that no state names is looked at where it is asked for", async () => {
  desktop(1, ["stray"]);

  const { findings } = await report([file("dev.json", exported("dev", [])), "--desktop", desktopId(1)], 2);

  expect(findings).toMatchObject([{ kind: "unowned-volume", volumeId: "stray" }]);
});

test("it may be asked for alone: after the stack was removed there is no state any more", async () => {
  desktop(1, ["stray"]);

  const { findings } = await report(["--desktop", desktopId(1)], 2);

  expect(findings).toMatchObject([{ kind: "unowned-volume", volumeId: "stray" }]);
});

test("signing in is the one thing that is not a GET", async () => {
  desktop(1, ["v1"]);
  const { HW_ACCESS_KEY, HW_SECRET_KEY, ...rest } = emulator.env;
  const { code, stderr, stdout } = await startCommand(
    process.execPath,
    [main, "orphans", file("dev.json", exported("dev", [disk("a", 1, "v1")]))],
    {
      cwd: folder,
      env: {
        ...bareEnvironment(),
        ...rest,
        HW_USER_NAME: "emulator",
        HW_USER_PASSWORD: "Emulator-Password-1",
        HW_DOMAIN_NAME: "emulator",
      },
      timeout: 60_000,
    },
  ).result;

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Nothing lies around.");
  expect(
    emulator
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ path }) => path),
  ).toEqual(["/v3/auth/tokens"]);
});

test("without credentials it says what to set; a wrong command line, what would be right", async () => {
  const state = file("dev.json", exported("dev", [disk("a", 1, "v1")]));

  const nobody = await run([state], { HW_ACCESS_KEY: "", HW_SECRET_KEY: "" });
  expect(nobody.code).toBe(1);
  expect(nobody.stdout).toMatch(/no credentials: set .*HW_ACCESS_KEY/);

  for (const [args, told] of [
    [[], "give the state of a stack as FILE, a stack with --stack NAME, or a desktop with --desktop ID"],
    [["--frobnicate"], "Unknown option '--frobnicate'"],
    [[state, state], "give each stack once"],
    [[join(folder, "none.json")], "none.json cannot be read"],
    [[file("text.json", "password: hunter2")], "text.json is no JSON"],
    [["--stack", "dev"], "there is no pulumi on the PATH"],
  ] as const) {
    const { code, stdout, stderr } = await run(args, { PATH: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(told);
    expect(stderr).not.toContain("hunter2");
  }
  const { code, stdout } = await run(["--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/0 {2}nothing lies around\n {2}1 {2}an error.*\n {2}2 {2}something lies around/);
});
