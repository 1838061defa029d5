/** The command in this process, against a real emulator in virtual time. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { desktopId, emulatedCloud, type EmulatedCloud } from "../testing/emulatedCloud";
import { BadArguments, EXIT, orphans } from "./main";
import { BadState } from "./states";
import { attachment, creating, dataDisks, exported, pendingAdd, secret } from "./testing/states";

let cloud: EmulatedCloud;
let folder: string;

async function open(options: Parameters<typeof emulatedCloud>[0] = {}): Promise<void> {
  cloud = await emulatedCloud({ desktops: 0, ...options });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orphans-"));
});

// It changes nothing, whatever it finds and whatever goes wrong.
afterEach(async () => {
  const changing = cloud.emulator
    .requests()
    .filter(({ method, path }) => method !== "GET" && !path.startsWith("/v3/auth"));
  await cloud.end();
  rmSync(folder, { recursive: true });
  expect(changing).toEqual([]);
});

const place = () => ({
  region: cloud.emulator.env.HW_REGION_NAME,
  projectId: cloud.emulator.env.HW_PROJECT_ID,
  endpoint: cloud.emulator.url,
});
const disk = (name: string, desktop: number, volumeId: string, outputs = {}) =>
  attachment(name, desktopId(desktop), volumeId, { ...place(), ...outputs });
const set = (name: string, desktop: number, disks: Record<string, string>, outputs = {}) =>
  dataDisks(name, desktopId(desktop), disks, { ...place(), ...outputs });

function desktop(number: number, volumeIds: readonly string[]): void {
  cloud.emulator.addDesktops([
    {
      desktop_id: desktopId(number),
      computer_name: `PC-${number}`,
      data_volumes: volumeIds.map((id) => ({ volume_id: id, type: "SSD", size: 100 })),
    },
  ]);
}

/** Writes a state and gives the file. */
function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { clock, send, emulator } = cloud;
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  return cloud.time.until(orphans(args, { env: { ...emulator.env, ...env }, clock, log, send }));
}

interface Finding {
  kind: string;
  volumeId?: string;
  volumes?: { volumeId: string }[];
  remedies: { program: string[]; commands: string[]; notes: string[] }[];
}

interface JsonReport {
  findings: Finding[];
  released: { volumeId: string }[];
  desktops: { desktopId: string; shown: string }[];
  errors: { desktopId: string; message: string }[];
}

async function report(args: readonly string[], code: number): Promise<JsonReport> {
  const result = await run([...args, "--json"]);
  const json = JSON.parse(result.output) as JsonReport;
  expect({ code: result.code, errors: code === EXIT.error ? [] : json.errors }).toEqual({ code, errors: [] });
  return json;
}

/** What is proved, in a line each. */
const brief = ({ findings }: JsonReport) =>
  findings.map(({ kind, volumeId, volumes = [] }) =>
    [kind, ...(volumeId === undefined ? volumes.map((one) => one.volumeId) : [volumeId])].join(" "),
  );

describe("the report for people", () => {
  beforeEach(() => open());

  test("no orphans where every disk has its owner", async () => {
    desktop(1, ["v1", "v2"]);

    expect(
      await run([
        file("dev.json", exported("dev", [disk("a", 1, "v1")])),
        file("prod.json", exported("prod", [set("b", 1, { x: "v2" })])),
      ]),
    ).toEqual({
      code: EXIT.none,
      output:
        "stack dev of project infra, stack prod of project infra, 2 resources, 1 desktop. No orphans found.\n",
    });
  });

  test("an orphan with the lines that adopt it, and a disk that was released on purpose", async () => {
    desktop(1, ["v1", "v2", "kept"]);

    const { code, output } = await run([
      file("dev.json", exported("dev", [disk("a", 1, "v1")])),
      file("prod.json", exported("prod", [set("b", 1, {}, { released: { old: "kept" } })])),
    ]);

    expect(code).toBe(EXIT.problems);
    expect(output.replace(/created [^)]+\)/g, "created …)").replace(/\/dev\/\w+/g, "/dev/…")).toBe(
      `1. Orphaned disk: none of these stacks owns volume v2 on desktop PC-1 (${desktopId(1)}).
   SSD, 100 GB, /dev/…, less than a minute old (created …)
   To fix it: adopt it: add to the disks of DesktopDataDisks "b" (stack prod of project infra):
        "disk-v2": {
          type: "SSD",
          size: 100,
          existingVolumeId: "v2",
          deletionProtection: true,
        },
   Then run:
        pulumi up --stack prod

Released with deletionPolicy: "retain", not managed by any of these stacks:
   - volume kept on desktop PC-1 (${desktopId(1)}): SSD, 100 GB, /dev/…, less than a minute old (created …)
     It was "old" of DesktopDataDisks "b" (stack prod of project infra).
   A name that is put back into disks takes its disk back. Another resource adopts it with existingVolumeId.

stack dev of project infra, stack prod of project infra, 2 resources, 1 desktop. 1 problem found.
`,
    );
  });
});

test("each kind of problem is found once in one run, and told to programs", async () => {
  await open();
  desktop(1, ["made", "twice", "stray", "kept", "new"]);
  desktop(2, []);
  const pending = creating("DataDiskAttachment", "cut", {
    desktopId: desktopId(1),
    type: "SSD",
    size: 100,
    existingVolumeId: "made",
    deletionProtection: true,
  });
  const unknown = { x: pendingAdd(["made", "twice", "stray", "kept"]) };

  const { findings, released } = await report(
    [
      file(
        "dev.json",
        exported("dev", [disk("a", 1, "twice"), disk("gone", 2, "g1"), disk("lost", 3, "g2")], [pending]),
      ),
      file(
        "prod.json",
        exported("prod", [
          disk("b", 1, "twice"),
          set("s", 1, {}, { released: { old: "kept" }, pendingAdds: unknown }),
        ]),
      ),
    ],
    EXIT.problems,
  );

  expect(findings).toMatchObject([
    { kind: "unowned-volume", volumeId: "stray", sizeGB: 100, type: "SSD", computerName: "PC-1" },
    {
      kind: "pending-operation",
      operation: "creating",
      resource: { name: "cut" },
      mayHaveAdded: [{ volumeId: "made" }],
    },
    {
      kind: "pending-add",
      resource: { name: "s" },
      disks: [{ disk: "x", type: "SSD", sizeGB: 100, jobId: "job-1" }],
      mayHaveAdded: [{ volumeId: "new" }],
    },
    { kind: "gone-volume", volumes: [{ volumeId: "g1" }], resource: { name: "gone" }, desktopDeleted: false },
    { kind: "gone-volume", volumes: [{ volumeId: "g2" }], resource: { name: "lost" }, desktopDeleted: true },
    { kind: "owned-twice", volumeId: "twice", owners: [{ stack: "dev" }, { stack: "prod" }] },
  ]);
  expect(released).toMatchObject([{ volumeId: "kept", disk: "old", releasedBy: { name: "s" } }]);
});

describe("an interrupted create", () => {
  const cut = () =>
    file(
      "dev.json",
      exported(
        "dev",
        [],
        [creating("DataDiskAttachment", "cut", { desktopId: desktopId(1), type: "SSD", size: 100 })],
      ),
    );

  const readings = [
    [],
    ["narrow-job-lists"],
    ["sparse-sub-jobs"],
    ["no-official-job-words"],
    ["lagging-reads"],
  ];

  test.each(readings.map((dialects) => [dialects]))(
    "is not judged while its job runs: %j",
    async (dialects) => {
      await open({ dialects, jobTimeMs: 600_000 });
      desktop(1, []);
      cloud.emulator.addFault({
        fault: "volumes-added",
        desktop_id: desktopId(1),
        volumes: [{ type: "SSD", size: 100 }],
        job: "visible",
      });
      // The job list may lag as well.
      await cloud.time.pass(11_000);

      expect((await report([cut()], EXIT.problems)).findings).toMatchObject([
        { kind: "pending-operation", busy: true, remedies: [{ commands: [] }] },
      ]);
    },
  );

  test.each(readings.map((dialects) => [dialects]))("is judged when no job runs: %j", async (dialects) => {
    await open({ dialects });
    desktop(1, []);

    expect((await report([cut()], EXIT.problems)).findings).toMatchObject([
      { kind: "pending-operation", busy: false, mayHaveAdded: [] },
    ]);
  });

  test("has its disk although a read lags behind the end of its job", async () => {
    await open();
    desktop(1, []);
    void cloud.time.until(cloud.clock.sleep(12_000)).then(() => {
      desktop(1, ["late"]);
    });

    expect((await report([cut()], EXIT.problems)).findings).toMatchObject([
      { kind: "pending-operation", busy: false, mayHaveAdded: [{ volumeId: "late" }] },
    ]);
  });
});

test("250 desktops are read with three calls, and the one that is missing there singly", async () => {
  await open();
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
    EXIT.problems,
  );

  expect(findings).toMatchObject([
    { kind: "gone-volume", volumes: [{ volumeId: "v77" }], desktopDeleted: true },
  ]);
  expect(desktops).toHaveLength(250);
  const calls = cloud.emulator
    .requests()
    .map(({ path, query }) => ({ path, ids: String(query.desktop_id).split(",") }));
  expect(calls.filter(({ ids }) => ids.length > 1)).toHaveLength(3);
  expect(
    calls
      .filter(({ ids }) => ids.length <= 1)
      .every(({ path, ids }) => path.endsWith(desktopId(77)) || ids[0] === desktopId(77)),
  ).toBe(true);
});

describe("what proves nothing is an error and never called gone", () => {
  const refusal = (code: string) => ({ error_code: code, error_msg: "refused" });
  beforeEach(() => open());

  test.each([
    ["a 401", { fault: "respond", status: 401, body: refusal("WKS.0001") }],
    ["a 403", { fault: "respond", status: 403, body: refusal("WKS.0403") }],
    ["a gateway's 404", { fault: "respond", status: 404, body: refusal("APIGW.0101") }],
    ["a bare 404", { fault: "wrong-project" }],
  ] as const)("%s", async (_, fault) => {
    desktop(1, []);
    desktop(2, ["v2", "stray"]);
    const match = { operation: "ShowDesktopDetail", desktop_id: desktopId(1) };
    cloud.emulator.addFault({ ...fault, times: "always", match });
    cloud.emulator.addFault({ fault: "list-misses-desktop", desktop_id: desktopId(1), times: "always" });

    const { findings, errors, desktops } = await report(
      [file("dev.json", exported("dev", [disk("a", 1, "v1"), disk("b", 2, "v2")]))],
      EXIT.error,
    );

    expect(findings).toMatchObject([{ kind: "unowned-volume", volumeId: "stray" }]);
    expect(errors).toMatchObject([{ desktopId: desktopId(1) }]);
    expect(desktops.map(({ shown }) => shown)).toEqual(["unreadable", "there"]);
  });

  test("one answer that does not show a disk does not make it gone; the system disk is no orphan", async () => {
    desktop(1, ["v1"]);
    desktop(2, ["v2"]);
    cloud.emulator.addFault({ fault: "root-among-data", desktop_id: desktopId(2), times: "always" });
    cloud.emulator.addFault({
      fault: "respond",
      status: 200,
      match: { operation: "ListDesktopsDetail" },
      body: {
        total_count: 1,
        desktops: [{ desktop_id: desktopId(1), computer_name: "one", status: "ACTIVE", data_volumes: [] }],
      },
    });

    expect(
      brief(
        await report(
          [file("dev.json", exported("dev", [disk("a", 1, "v1"), disk("b", 2, "v2")]))],
          EXIT.none,
        ),
      ),
    ).toEqual([]);
  });
});

describe("in every reading of the documents", () => {
  test.each([
    [[]],
    [["no-absent-lists"]],
    [["errors-as-200"]],
    [["no-official-job-words"]],
    [["zoneless-times"]],
    [["narrow-job-lists"]],
    [["sparse-sub-jobs"]],
    [["unknown-as-400"]],
    [["lagging-reads"]],
    [["repeated-parameter"]],
    [
      [
        "unknown-as-400",
        "lagging-reads",
        "repeated-parameter",
        "narrow-job-lists",
        "zoneless-times",
        "sparse-sub-jobs",
      ],
    ],
  ])("%j: orphans, disks that are gone and a deleted desktop are told apart", async (dialects) => {
    await open({ dialects });
    desktop(1, ["v1", "stray"]);
    desktop(2, []);

    expect(
      brief(
        await report(
          [
            file(
              "dev.json",
              exported("dev", [disk("a", 1, "v1"), disk("b", 2, "gone"), disk("c", 3, "lost")]),
            ),
          ],
          EXIT.problems,
        ),
      ),
    ).toEqual(["unowned-volume stray", "gone-volume gone", "gone-volume lost"]);
  });
});

test("a desktop that no state names is read where it is asked for, also alone", async () => {
  await open();
  desktop(1, ["stray"]);

  for (const args of [[file("dev.json", exported("dev", []))], []]) {
    expect(brief(await report([...args, "--desktop", desktopId(1)], EXIT.problems))).toEqual([
      "unowned-volume stray",
    ]);
  }
});

test("without credentials it says what to set", async () => {
  await open();
  const state = file("dev.json", exported("dev", [disk("a", 1, "v1"), disk("b", 2, "v2")]));

  const { code, output } = await run([state], { HW_ACCESS_KEY: "", HW_SECRET_KEY: "" });

  expect(code).toBe(EXIT.error);
  expect(output).toMatch(
    /^error: 2 desktops \(.*\): only the environment is read here, .*: no credentials[^]*HW_ACCESS_KEY/,
  );
  expect(output).toMatch(/2 desktops could not be read completely: there may be more\.\n$/);
});

describe("a command line or a state that cannot be used stops everything, and shows no secret", () => {
  beforeEach(() => open());

  test.each<[string, () => string[], new (message: string) => Error, RegExp]>([
    [
      "nothing to read",
      () => [],
      BadArguments,
      /give the state of a stack as FILE, a stack with --stack NAME/,
    ],
    ["an unknown option", () => ["--frobnicate"], BadArguments, /Unknown option '--frobnicate'/],
    [
      "--cwd without --stack",
      () => ["--cwd", "x", "dev.json"],
      BadArguments,
      /--cwd is the folder for --stack/,
    ],
    ["an id that is a path", () => ["--desktop", "a/b"], BadArguments, /"a\/b" is not a desktop id/],
    ["a file that is not there", () => [join(folder, "none.json")], BadState, /none\.json cannot be read/],
    [
      "a file of something else",
      () => [file("t.json", "password: hunter2")],
      BadState,
      /t\.json is not JSON/,
    ],
    ["no CLI", () => ["--stack", "dev"], BadState, /there is no pulumi on the PATH/],
    [
      "one stack twice",
      () => {
        const state = exported("dev", [disk("a", 1, "v1")]);
        return [file("a.json", state), file("b.json", state)];
      },
      BadState,
      /a\.json and .*b\.json are both stack dev of project infra: give each stack once/,
    ],
    [
      "disks that are secret",
      () => [
        file(
          "s.json",
          exported("dev", [
            { ...disk("c", 1, "v1"), inputs: { password: secret("hunter2") } },
            set("b", 1, {}, { disks: secret(), volumeIds: secret() }),
          ]),
        ),
      ],
      BadState,
      /DesktopDataDisks::b: .*keeps disks, volumeIds as a secret.* --show-secrets/,
    ],
    [
      "a newer state",
      () => [file("n.json", exported("dev", [disk("a", 1, "v1", { stateVersion: 99 })]))],
      BadState,
      /::a: it was written by a newer version/,
    ],
  ])("%s", async (_, args, kind, message) => {
    const error: unknown = await run(args(), { PATH: folder }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain("hunter2");
    expect(cloud.emulator.requests()).toEqual([]);
  });

  test("--help lists the options and the exit codes", async () => {
    const { code, output } = await run(["--help"]);

    expect(code).toBe(EXIT.none);
    expect(output).toMatch(/0 {2}no problems found\n {2}1 {2}an error.*\n {2}2 {2}problems found/);
  });
});
