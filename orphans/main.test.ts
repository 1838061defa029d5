/** What the command prints, and what it refuses. */
import { join } from "node:path";
import { desktopId } from "../testing/emulatedCloud";
import { BadArguments, EXIT } from "./exits";
import { BadState } from "./states";
import { brief, cloud, desktop, disk, file, folder, open, report, run, set } from "./testing/command";
import { creating, exported, pendingAdd, secret } from "./testing/states";

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
   If a run was cut off or failed, a resource of the program may ask for this disk and have none: set existingVolumeId and deletionProtection there instead. The same holds for all young disks.

Released with deletionPolicy: "retain", not managed by any of these stacks:
   - volume kept on desktop PC-1 (${desktopId(1)}): SSD, 100 GB, /dev/…, less than a minute old (created …)
     It was "old" of DesktopDataDisks "b" (stack prod of project infra).
   A name that is put back into disks takes its disk back. Another resource adopts it with existingVolumeId.

stack dev of project infra, stack prod of project infra, 2 resources, 1 desktop. 1 problem found.
`,
    );
  });
});

describe("several problems of a stack", () => {
  const cut = (name: string, at: number) =>
    creating("DataDiskAttachment", name, { desktopId: desktopId(at), type: "SSD", size: 100 });
  const last = (output: string) => output.slice(output.indexOf("\n\nWhen"));

  test("give commands for the stack once, at the end: run for the first alone, they would buy the others again", async () => {
    await open();
    desktop(1, ["made-1", "v"]);
    desktop(2, ["made-2"]);
    desktop(3, []);

    const state = exported("dev", [disk("a", 1, "v"), disk("gone", 3, "g")], [cut("one", 1), cut("two", 2)]);
    const { output } = await run([file("dev.json", state)]);

    expect(output.match(/existingVolumeId: "made-\d"/g)).toHaveLength(2);
    expect(output.match(/pulumi \w+/g)).toEqual(["pulumi up", "pulumi refresh", "pulumi up"]);
    expect(last(output)).toBe(`

When the program has all lines from above, run once, for all problems:
     pulumi refresh --yes --clear-pending-creates --stack dev
     pulumi up --stack dev

stack dev of project infra, 2 resources, 3 desktops. 3 problems found.
`);
  });

  test("give no command while a job of one of them may run", async () => {
    await open({ jobTimeMs: 600_000 });
    desktop(1, ["made-1"]);
    desktop(2, []);
    const volumes = [{ type: "SSD", size: 100 }];
    cloud.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId(2),
      volumes,
      job: "visible",
    });

    const { output } = await run([file("dev.json", exported("dev", [], [cut("one", 1), cut("two", 2)]))]);

    expect(output).not.toMatch(/pulumi (?:up|refresh)/);
    expect(output).toContain("\n\nWait for what a problem above names, then run this command again");
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

test("a desktop that no state names is read where it is asked for, also alone", async () => {
  await open();
  desktop(1, ["stray"]);

  for (const args of [[file("dev.json", exported("dev", []))], []]) {
    expect(brief(await report([...args, "--desktop", desktopId(1)], EXIT.problems))).toEqual([
      "unowned-volume stray",
    ]);
  }
});

test("an id that the service does not know is an error where only the command line names it", async () => {
  await open();
  const { code, output } = await run(["--desktop", desktopId(9)]);
  expect(code).toBe(EXIT.error);
  expect(output).toMatch(/^error: desktop \S+: .*: project \S+ of region cn-north-4 does not have it/);
  expect(output).not.toContain("No orphans");
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
