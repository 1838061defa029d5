import { compare } from "./compare";
import { Remedies, type Remedy } from "./remedies";
import type { StackRecord } from "./stackState";
import type { Look } from "./survey";
import { deleted, showing, unreadable } from "./testing/looks";
import { attachment, creating, dataDisks, place, stackOf } from "./testing/states";

/** The ways to put right each thing that is found. */
function remediesFor(stacks: readonly StackRecord[], looks: readonly Look[], usual = place): Remedy[][] {
  const remedies = new Remedies(stacks, usual);
  return compare(stacks, looks).map((finding) => remedies.for(finding));
}

const only = (remedies: readonly Remedy[][]) => {
  expect(remedies).toHaveLength(1);
  return remedies[0]?.[0];
};

describe("a volume without an owner", () => {
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

  test("that the provider would not take as it is, is told so", () => {
    const odd = { volumeId: "v2", type: "SSD", size: 15 };

    expect(
      only(remediesFor([stackOf("dev", [attachment("a", "d1", "v1")])], [showing("d1", ["v1", odd])]))?.notes,
    ).toEqual([expect.stringMatching(/cannot be adopted: size is 15; .*multiple of 10/)]);
  });
});

describe("a cut-off operation", () => {
  const inputs = { desktopId: "d1", type: "SSD", size: 100 };
  const cut = (more = {}) =>
    stackOf("dev", [], [creating("DataDiskAttachment", "a", { ...inputs, ...more })]);
  const clear = "pulumi refresh --yes --clear-pending-creates --stack dev";

  test("that made its disk takes it over, and says so once", () => {
    const [adopt, pending] = remediesFor([cut()], [showing("d1", ["v1"])]);

    for (const remedy of [adopt?.[0], pending?.[0]]) {
      expect(remedy).toMatchObject({
        program: [
          '// in DataDiskAttachment "a":',
          'existingVolumeId: "v1",',
          expect.stringMatching(/^deletionProtection: true, \/\/ or false/),
        ],
        commands: [clear, "pulumi up --stack dev"],
        notes: [],
      });
    }
  });

  test("whose program tells already what it takes over needs no line", () => {
    const [adopt] = remediesFor(
      [cut({ existingVolumeId: "v1", deletionProtection: false })],
      [showing("d1", ["v1"])],
    );

    expect(adopt?.[0]?.program).toEqual([]);
  });

  test.each([
    [
      "whose disk is not there is begun again",
      showing("d1", []),
      [clear, "pulumi up --stack dev"],
      /1 disk.* adds them/,
    ],
    ["is waited for while a job goes on", showing("d1", [], { busy: true }), [], /wait until it is over/],
    ["on a deleted desktop is forgotten", deleted("d1"), [clear], /was deleted/],
    ["on a desktop that cannot be read is left alone", unreadable("d1"), [], /could not be read/],
  ])("%s", (_, look, commands, note) => {
    expect(only(remediesFor([cut()], [look]))).toMatchObject({
      program: [],
      commands,
      notes: [expect.stringMatching(note)],
    });
  });

  test("that was to delete is cleared by a refresh; one of a replacement by the next up, which is warned of", () => {
    const raw = attachment("a", "d1", "v1");
    const looks = [showing("d1", ["v1"])];

    expect(
      only(remediesFor([stackOf("dev", [raw], [{ type: "deleting", resource: raw }])], looks)),
    ).toMatchObject({
      commands: ["pulumi refresh --yes --stack dev"],
    });
    expect(only(remediesFor([stackOf("dev", [{ ...raw, delete: true }])], looks))).toMatchObject({
      commands: ["pulumi up --stack dev"],
      notes: [expect.stringContaining("deletes disk v1 with its data")],
    });
  });
});

test("a resource whose disk is gone leaves the state, with a warning of the new disk that an up would add", () => {
  expect(
    only(remediesFor([stackOf("dev", [attachment("a", "d1", "v1")])], [showing("d1", [])])),
  ).toMatchObject({
    commands: ["pulumi refresh --yes --stack dev"],
    notes: [expect.stringContaining("adds a new, empty disk")],
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
