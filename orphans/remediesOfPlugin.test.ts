import { only, remediesFor } from "./testing/remedies";
import { showing } from "./testing/readings";
import {
  attachment,
  creating,
  dataDisks,
  ofPlugin,
  place,
  providerResource,
  stackOf,
} from "./testing/states";

describe("in a stack of the plugin", () => {
  const one = ofPlugin(attachment("a", "d1", "v1"));
  const imported = "huaweicloud-workspace:index:DataDiskAttachment disk-v2 d1/v2";

  test("an orphan is imported, which gives the lines in the language of the program", () => {
    expect(only(remediesFor([stackOf("dev", [one])], [showing("d1", ["v1", "v2"])]))).toEqual({
      title: "adopt it: import it into stack dev of project infra",
      program: [],
      commands: [`pulumi import ${imported} --stack dev`],
      notes: [expect.stringMatching(/^Before the next run, add .* lines that the command prints/)],
    });
  });

  test("an orphan is imported with the provider resource of its desktop, whose place counts", () => {
    const raw = [
      providerResource("second", {
        region: place.region,
        projectId: place.projectId,
        endpoint: place.endpoint,
      }),
      ofPlugin(attachment("a", "d1", "v1"), "second"),
    ];
    const usual = { region: "eu-west-101", projectId: "p2" };

    expect(
      only(remediesFor([stackOf("dev", raw)], [showing("d1", ["v1", "v2"])], usual as typeof place)),
    ).toMatchObject({
      commands: [
        `pulumi import ${imported} --provider second=urn:pulumi:dev::infra::pulumi:providers:huaweicloud-workspace::second --stack dev`,
      ],
    });
  });

  test("an orphan in a place that an import cannot name becomes a resource with it", () => {
    const usual = { ...place, projectId: "p2" };
    const raw = [providerResource("second"), ofPlugin(attachment("a", "d1", "v1"), "second")];

    expect(only(remediesFor([stackOf("dev", raw)], [showing("d1", ["v1", "v2"])], usual))).toMatchObject({
      program: [
        '"disk-v2":',
        "  type: huaweicloud-workspace:DataDiskAttachment",
        "  properties:",
        '    desktopId: "d1"',
        '    type: "SSD"',
        "    size: 100",
        '    existingVolumeId: "v2"',
        "    deletionProtection: true",
        '    projectId: "p1"',
        "  options:",
        "    provider: ${second}",
      ],
      commands: ["pulumi up --stack dev"],
    });
  });

  test("an orphan joins the disks of the desktop where these are one resource", () => {
    expect(
      only(
        remediesFor(
          [stackOf("dev", [ofPlugin(dataDisks("team", "d1", { x: "v1" }))])],
          [showing("d1", ["v1", "v2"])],
        ),
      )?.program,
    ).toEqual([
      '"disk-v2":',
      '  type: "SSD"',
      "  size: 100",
      '  existingVolumeId: "v2"',
      "  deletionProtection: true",
    ]);
  });

  test("an orphan of a stack without resources can be adopted with either front", () => {
    expect(only(remediesFor([stackOf("dev", [])], [showing("d1", ["v2"])]))).toMatchObject({
      program: expect.arrayContaining(['new DataDiskAttachment("disk-v2", {']) as string[],
      notes: [
        expect.stringContaining(
          `plugin, run this instead, and add the lines that it prints: pulumi import ${imported} --stack dev`,
        ),
      ],
    });
  });

  test("the disk of an interrupted create is adopted by its inputs", () => {
    const inputs = { desktopId: "d1", disks: { x: { type: "SSD", size: 100 } } };
    const cut = ofPlugin(creating("DesktopDataDisks", "team", inputs));

    expect(only(remediesFor([stackOf("dev", [], [cut])], [showing("d1", ["v1"])]))).toMatchObject({
      program: [
        '# in disks["x"] of DesktopDataDisks "team":',
        'existingVolumeId: "v1"',
        expect.stringMatching(/^deletionProtection: true # or false/),
      ],
      commands: ["pulumi refresh --yes --clear-pending-creates --stack dev", "pulumi up --stack dev"],
    });
  });

  test("an interrupted import is cleared and repeated", () => {
    const { outputs: _, ...raw } = attachment("b", "d1", "v1", {}, { id: "", importID: "d1/v1" });
    const stack = stackOf("dev", [one], [ofPlugin({ type: "importing", resource: raw })]);

    expect(only(remediesFor([stack], [showing("d1", ["v1"])]))).toMatchObject({
      program: [],
      commands: ["pulumi refresh --yes --stack dev"],
      notes: [expect.stringMatching(/import it again/)],
    });
  });
});
