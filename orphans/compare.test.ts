import { compare, type Finding } from "./compare";
import { deleted, showing, unreadable } from "./testing/looks";
import { attachment, creating, dataDisks, stackOf } from "./testing/states";

/** Findings in a line each. */
function brief(findings: readonly Finding[]): string[] {
  return findings.map((finding) => {
    switch (finding.kind) {
      case "unowned-volume":
        return `unowned ${finding.volume.volumeId}`;
      case "pending-operation":
        return `${finding.pending.operation} ${finding.pending.resource.name}`;
      case "gone-volume":
        return `gone ${String(finding.holder.disk.volumeId)} of ${finding.holder.resource.name}`;
      case "owned-twice":
        return `twice ${finding.volumeId}: ${finding.holders.map(({ resource }) => resource.name).join(" ")}`;
    }
  });
}

const ofType = <K extends Finding["kind"]>(findings: readonly Finding[], kind: K) =>
  findings.filter((finding): finding is Finding & { kind: K } => finding.kind === kind);

describe("what does not lie around", () => {
  test.each([
    [
      "disks of both kinds of resources, and the root volume",
      [stackOf("dev", [attachment("a", "d1", "v1"), dataDisks("b", "d1", { x: "v2", y: "v3" })])],
      [showing("d1", ["v3", "v1", "v2", "root-d1"])],
    ],
    [
      "disks of another one of the stacks",
      [stackOf("dev", [attachment("a", "d1", "v1")]), stackOf("prod", [attachment("a", "d1", "v2")])],
      [showing("d1", ["v1", "v2"])],
    ],
    [
      "anything on a desktop that could not be read",
      [stackOf("dev", [attachment("a", "d1", "v1")])],
      [unreadable("d1")],
    ],
    ["a stack that is empty", [stackOf("dev", [])], []],
  ])("%s", (_, stacks, looks) => {
    expect(brief(compare(stacks, looks))).toEqual([]);
  });
});

test("a volume that no stack owns is told with its age and the resources beside it", () => {
  const created = { volumeId: "v2", type: "SAS", size: 20, createTime: "2026-01-08 23:00:00" };

  const findings = compare(
    [stackOf("dev", [attachment("a", "d1", "v1"), attachment("elsewhere", "d2", "v9")])],
    [showing("d1", ["v1", created]), showing("d2", ["v9"])],
  );

  expect(brief(findings)).toEqual(["unowned v2"]);
  expect(ofType(findings, "unowned-volume")[0]).toMatchObject({
    ageSeconds: 25 * 3600,
    neighbours: [{ name: "a" }],
  });
});

test("whoever only looks at a volume does not own it", () => {
  const findings = compare(
    [stackOf("dev", [attachment("looks", "d1", "v1", {}, { external: true })])],
    [showing("d1", ["v1"])],
  );

  expect(brief(findings)).toEqual(["unowned v1"]);
  expect(ofType(findings, "unowned-volume")[0]).toMatchObject({
    readBy: [{ name: "looks" }],
    neighbours: [],
  });
  expect(
    brief(
      compare(
        [stackOf("dev", [attachment("looks", "d1", "v1", {}, { external: true })])],
        [showing("d1", [])],
      ),
    ),
  ).toEqual([]);
});

describe("a volume that its desktop does not show", () => {
  const stacks = [stackOf("dev", [attachment("a", "d1", "v1"), dataDisks("b", "d2", { x: "v2", y: "v3" })])];

  test("is gone; its neighbours are not", () => {
    const findings = compare(stacks, [showing("d1", []), showing("d2", ["v3"])]);

    expect(brief(findings)).toEqual(["gone v1 of a", "gone v2 of b"]);
    expect(ofType(findings, "gone-volume").map(({ withDesktop }) => withDesktop)).toEqual([false, false]);
  });

  test("went with its desktop, where the service says so", () => {
    const findings = compare(stacks, [deleted("d1"), showing("d2", ["v2", "v3"])]);

    expect(ofType(findings, "gone-volume")).toMatchObject([{ withDesktop: true }]);
  });

  test("is told with the desktop that shows it instead, and has an owner there", () => {
    const findings = compare(stacks, [showing("d1", []), showing("d2", ["v1", "v2", "v3"])]);

    expect(brief(findings)).toEqual(["gone v1 of a"]);
    expect(ofType(findings, "gone-volume")).toMatchObject([{ shownBy: { desktopId: "d2" } }]);
  });

  test("is looked for where it was made: a desktop of that id elsewhere proves nothing", () => {
    const elsewhere = showing("d1", [], { place: { region: "cn-north-4", projectId: "p2" } });

    expect(brief(compare(stacks, [elsewhere, unreadable("d2")]))).toEqual([]);
  });
});

test("a volume in two states is told with both owners, and is not without one", () => {
  const findings = compare(
    [stackOf("dev", [attachment("a", "d1", "v1")]), stackOf("prod", [dataDisks("b", "d1", { x: "v1" })])],
    [showing("d1", ["v1"])],
  );

  expect(brief(findings)).toEqual(["twice v1: a b"]);
});

describe("a cut-off create", () => {
  const inputs = { desktopId: "d1", type: "SSD", size: 100 };

  test("is matched with a volume that is what it was to make, the newest of several", () => {
    const old = { volumeId: "old", type: "SSD", size: 100, createTime: "2025-01-01T00:00:00Z" };
    const young = { ...old, volumeId: "new", createTime: "2026-01-09T23:00:00Z" };
    const other = { ...young, volumeId: "other", size: 200, createTime: "2026-01-09T23:59:00Z" };

    const findings = compare(
      [stackOf("dev", [], [creating("DataDiskAttachment", "a", inputs)])],
      [showing("d1", [old, young, other])],
    );

    expect(brief(findings)).toEqual(["unowned new", "unowned old", "unowned other", "creating a"]);
    expect(
      ofType(findings, "pending-operation")[0]?.mayHaveMade.map(({ volume }) => volume.volumeId),
    ).toEqual(["new"]);
  });

  test("takes no volume that another one of them takes, nor one of another desktop", () => {
    const findings = compare(
      [
        stackOf(
          "dev",
          [],
          [
            creating("DataDiskAttachment", "a", inputs),
            creating("DataDiskAttachment", "b", inputs),
            creating("DataDiskAttachment", "c", { ...inputs, desktopId: "d2" }),
          ],
        ),
      ],
      [showing("d1", ["v1"]), showing("d2", [])],
    );

    expect(ofType(findings, "pending-operation").map(({ mayHaveMade }) => mayHaveMade.length)).toEqual([
      1, 0, 0,
    ]);
  });

  test("of all disks of a desktop is matched disk by disk, what it names first", () => {
    const disks = {
      any: { type: "SSD", size: 100 },
      named: { type: "SSD", size: 100, existingVolumeId: "v1", deletionProtection: true },
      big: { type: "SSD", size: 500 },
    };

    const findings = compare(
      [stackOf("dev", [], [creating("DesktopDataDisks", "all", { desktopId: "d1", disks })])],
      [showing("d1", ["v1", "v2"])],
    );

    expect(
      ofType(findings, "unowned-volume").map(({ volume, awaitedBy }) => [
        volume.volumeId,
        awaitedBy?.disk.name,
      ]),
    ).toEqual([
      ["v1", "named"],
      ["v2", "any"],
    ]);
  });
});

test("a cut-off delete still owns its disk", () => {
  const raw = attachment("a", "d1", "v1");

  const findings = compare(
    [stackOf("dev", [raw], [{ type: "deleting", resource: raw }])],
    [showing("d1", ["v1"])],
  );

  expect(brief(findings)).toEqual(["deleting a"]);
});

test("a cut-off change may have made the disks that state does not have yet", () => {
  const raw = {
    ...dataDisks("all", "d1", { x: "v1" }),
    inputs: { desktopId: "d1", disks: { x: { type: "SSD", size: 100 }, y: { type: "SSD", size: 100 } } },
  };

  const findings = compare(
    [stackOf("dev", [raw], [{ type: "updating", resource: raw }])],
    [showing("d1", ["v1", "v2"])],
  );

  expect(brief(findings)).toEqual(["unowned v2", "updating all"]);
  expect(ofType(findings, "unowned-volume")[0]?.awaitedBy?.disk.name).toBe("y");
});

test("a replaced resource whose disk is still to be deleted is told; its disk has an owner and may be gone", () => {
  const stacks = [stackOf("dev", [attachment("a", "d1", "v1", {}, { delete: true })])];

  for (const volumes of [["v1"], []]) {
    expect(brief(compare(stacks, [showing("d1", volumes)]))).toEqual(["deleting a"]);
  }
});
