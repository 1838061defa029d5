import { only, remediesFor } from "./testing/remedies";
import { deleted, showing, unreadable, without } from "./testing/readings";
import { attachment, creating, dataDisks, pendingAdd, place, stackOf, updating } from "./testing/states";

describe("an orphan", () => {
  test("becomes a resource of its own beside others of that kind", () => {
    const fast = { volumeId: "v2", type: "GPSSD2", size: 100, iops: 3000, throughput: 125, kmsId: "k" };

    expect(
      only(remediesFor([stackOf("dev", [attachment("a", "d1", "v1")])], [showing("d1", ["v1", fast])])),
    ).toEqual({
      title: "adopt it: add to the program of stack dev of project infra",
      program: [
        'new DataDiskAttachment("disk-v2", {',
        '  desktopId: "d1",',
        '  type: "GPSSD2",',
        "  size: 100,",
        "  iops: 3000,",
        "  throughput: 125,",
        '  kmsId: "k",',
        '  existingVolumeId: "v2",',
        "  deletionProtection: true,",
        "});",
      ],
      commands: ["pulumi up --stack dev"],
      notes: [],
    });
  });

  test("names its region and project where the settings lead elsewhere", () => {
    const usual = { ...place, region: "eu-west-101", projectId: "p2" };

    const remedy = only(
      remediesFor([stackOf("dev", [attachment("a", "d1", "v1")])], [showing("d1", ["v1", "v2"])], usual),
    );

    expect(remedy?.program.slice(-3)).toEqual(['  region: "cn-north-4",', '  projectId: "p1",', "});"]);
  });

  test("joins the disks of the desktop where these are one resource", () => {
    const slow = { volumeId: "v2", type: "SAS", size: 100, iops: 1000 };

    expect(
      only(
        remediesFor([stackOf("dev", [dataDisks("team", "d1", { x: "v1" })])], [showing("d1", ["v1", slow])]),
      ),
    ).toMatchObject({
      title: 'adopt it: add to the disks of DesktopDataDisks "team" (stack dev of project infra)',
      program: [
        '"disk-v2": {',
        '  type: "SAS",',
        "  size: 100,",
        '  existingVolumeId: "v2",',
        "  deletionProtection: true,",
        "},",
      ],
    });
  });

  test("gets a name that is free", () => {
    const stacks = [stackOf("dev", [attachment("disk-12345678", "d1", "v1")])];
    const names = remediesFor(stacks, [showing("d1", ["v1", "12345678-a", "abcdefgh-1", "abcdefgh-2"])]).map(
      ([remedy]) => remedy?.program[0],
    );

    expect(names).toEqual([
      'new DataDiskAttachment("disk-12345678-a", {',
      'new DataDiskAttachment("disk-abcdefgh", {',
      'new DataDiskAttachment("disk-abcdefgh-2", {',
    ]);
  });

  test("that the provider would not adopt as it is, says so", () => {
    const odd = { volumeId: "v2", type: "SSD", size: 15 };

    expect(
      only(remediesFor([stackOf("dev", [attachment("a", "d1", "v1")])], [showing("d1", ["v1", odd])]))?.notes,
    ).toEqual([expect.stringMatching(/cannot be adopted as it is: size is 15; .*multiple of 10/)]);
  });
});

describe("an interrupted operation", () => {
  const inputs = { desktopId: "d1", type: "SSD", size: 100 };
  const cut = (more = {}) =>
    stackOf("dev", [], [creating("DataDiskAttachment", "a", { ...inputs, ...more })]);
  const clear = "pulumi refresh --yes --clear-pending-creates --stack dev";

  const adopts = ['// in DataDiskAttachment "a":', 'existingVolumeId: "v1",'];
  const protects = expect.stringMatching(/^deletionProtection: true, \/\/ or false/) as string;

  test.each([
    ["says nothing of a delete", {}, [...adopts, protects]],
    ["says deletionProtection", { deletionProtection: false }, adopts],
    ["says deletionPolicy", { deletionPolicy: "delete" }, adopts],
    ["names its disk already", { existingVolumeId: "v1", deletionProtection: false }, []],
  ])("that added its disk adopts it, where the program %s", (_, more, program) => {
    expect(only(remediesFor([cut(more)], [showing("d1", ["v1"])]))).toMatchObject({
      program,
      commands: [clear, "pulumi up --stack dev"],
      notes: [],
    });
  });

  test.each([
    [
      "whose disk is not there is begun again",
      showing("d1", []),
      [clear, "pulumi up --stack dev"],
      /^1 disk .* adds it/,
    ],
    [
      "is waited for while a job runs",
      showing("d1", [], { busy: true }),
      [],
      /may be running .*wait until it has ended/,
    ],
    ["on a deleted desktop is forgotten", deleted("d1"), [clear], /was deleted/],
    ["on a desktop that cannot be read is left alone", unreadable("d1"), [], /could not be read/],
  ])("%s", (_, reading, commands, note) => {
    expect(only(remediesFor([cut()], [reading]))).toMatchObject({
      program: [],
      commands,
      notes: [expect.stringMatching(note)],
    });
  });

  test("that was to delete is cleared by a refresh; one of a replacement by the next up, which is warned of", () => {
    const raw = attachment("a", "d1", "v1");
    const readings = [showing("d1", ["v1"])];

    expect(
      only(remediesFor([stackOf("dev", [raw], [{ type: "deleting", resource: raw }])], readings)),
    ).toMatchObject({
      commands: ["pulumi refresh --yes --stack dev"],
    });
    expect(only(remediesFor([stackOf("dev", [{ ...raw, delete: true }])], readings))).toMatchObject({
      commands: ["pulumi up --stack dev"],
      notes: [expect.stringContaining("deletes disk v1 with its data")],
    });
  });
});

test("a resource whose disk is gone leaves the state, with a warning of the new disk that an up would add", () => {
  expect(
    only(remediesFor([stackOf("dev", [attachment("a", "d1", "v1")])], [without("d1", ["v1"])])),
  ).toMatchObject({
    commands: ["pulumi refresh --yes --stack dev"],
    notes: [expect.stringMatching(/added anew and empty by the next "pulumi up"/)],
  });
});

describe("an add with an unknown outcome", () => {
  const stack = stackOf("dev", [dataDisks("team", "d1", {}, { pendingAdds: { y: pendingAdd(["v1"]) } })]);

  test.each([
    [
      "is found by the next up",
      showing("d1", ["v1"]),
      ["pulumi up --stack dev"],
      [/looks for the disk before/],
    ],
    [
      "is chosen from its candidates",
      showing("d1", ["new"]),
      ["pulumi up --stack dev"],
      [/looks for the disk before/, /set existingVolumeId/],
    ],
    ["is waited for while a job runs", showing("d1", [], { busy: true }), [], [/wait until it has ended/]],
    [
      "on a deleted desktop is forgotten",
      deleted("d1"),
      ["pulumi refresh --yes --stack dev"],
      [/was deleted/],
    ],
    ["on a desktop that cannot be read is left alone", unreadable("d1"), [], [/could not be read/]],
  ])("%s", (_, reading, commands, notes) => {
    expect(remediesFor([stack], [reading]).at(-1)?.[0]).toMatchObject({
      program: [],
      commands,
      notes: notes.map((note) => expect.stringMatching(note) as string),
    });
  });

  test("needs no line for an interrupted update, which clears its mark", () => {
    const raw = {
      ...dataDisks("team", "d1", {}, { pendingAdds: { y: pendingAdd([]) } }),
      inputs: { desktopId: "d1", disks: { y: { type: "SSD", size: 100 } } },
    };

    expect(
      only(remediesFor([stackOf("dev", [raw], [updating(raw)])], [showing("d1", ["new"])])),
    ).toMatchObject({
      program: [],
      commands: ["pulumi refresh --yes --stack dev", "pulumi up --stack dev"],
      notes: [],
    });
  });
});

test("of two owners either keeps the disk, and no command touches the one that does", () => {
  const dev = stackOf("dev", [attachment("it's", "d1", "v1", {}, { protect: true })]);
  const prod = stackOf("prod", [dataDisks("team", "d1", { x: "v1", y: "v2" })]);

  const [ways] = remediesFor([dev, prod], [showing("d1", ["v1", "v2"])]);

  const type = "pulumi-nodejs:dynamic/huaweicloud-workspace";
  expect(ways).toMatchObject([
    {
      title: `let DataDiskAttachment "it's" (stack dev of project infra) keep it`,
      program: [
        '// in disks["y"] of DesktopDataDisks "team":',
        'existingVolumeId: "v2",',
        expect.stringMatching(/^deletionProtection/),
      ],
      commands: [
        `pulumi state delete urn:pulumi:prod::infra::${type}:DesktopDataDisks::team --yes --stack prod`,
        "pulumi up --stack prod",
      ],
      notes: [expect.stringMatching(/after "pulumi state delete" and before any "pulumi up"/)],
    },
    {
      title: `let "x" of DesktopDataDisks "team" (stack prod of project infra) keep it`,
      program: [],
      commands: [
        `pulumi state delete 'urn:pulumi:dev::infra::${type}:DataDiskAttachment::it'\\''s' --yes --force --stack dev`,
      ],
    },
  ]);
});
