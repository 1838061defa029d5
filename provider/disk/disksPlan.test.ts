import type { DisksInputs, DiskState } from "./disksInputs";
import { describePlan } from "./disksDescription";
import { type DisksPlan, disksChange, planDisks } from "./disksPlan";
import type { DiskInputs } from "./inputs";
import { UNKNOWN } from "./unknown";

const ssd = (size = 100): DiskInputs => ({ type: "SSD", size });
const sas = (size = 500): DiskInputs => ({ type: "SAS", size });
const held = (volumeId: string, disk: DiskInputs = ssd()): DiskState => ({ ...disk, volumeId });
const protect = <T extends DiskInputs>(disk: T): T => ({ ...disk, deletionProtection: true });
const allow = (disk: DiskInputs): DiskInputs => ({ ...disk, allowReplace: true });
const take = (existingVolumeId: string, disk = ssd(), deletionProtection = false): DiskInputs => ({
  ...disk,
  existingVolumeId,
  deletionProtection,
});

const place = { desktopId: "desk", region: "r", projectId: "p" };

function planned(
  before: Record<string, DiskState>,
  disks: Record<string, DiskInputs>,
  more: Partial<DisksInputs> = {},
) {
  const old = { ...place, disks: before };
  const wanted = { desktopId: "desk", disks, ...more };
  const plan = planDisks(old, wanted, { region: "r", projectId: "p", ...more });
  return { plan, lines: describePlan(old, wanted, plan) };
}
const none: DisksPlan = {
  refusals: [],
  replaces: [],
  add: [],
  change: [],
  remove: [],
  rename: [],
  record: false,
};
const plan = (...args: Parameters<typeof planned>) => planned(...args).plan;
const refused = (...args: Parameters<typeof planned>) =>
  plan(...args).refusals.map(({ property, reason }) => `${property} ${reason}`);

const three = { a: held("va"), b: held("vb", sas()), c: held("vc") };
const asThree = { a: ssd(), b: sas(), c: ssd() };

describe("names", () => {
  test("the same are no change", () => {
    expect(plan(three, asThree)).toEqual(none);
    expect(disksChange(plan(three, asThree))).toBe(false);
  });

  test("in another order are no change", () => {
    expect(plan(three, { c: ssd(), a: ssd(), b: sas() })).toEqual(none);
  });

  test("a middle one that is gone removes its disk and no other", () => {
    const { plan: found, lines } = planned(three, { a: ssd(), c: ssd() });
    expect(found).toEqual({ ...none, remove: ["b"] });
    expect(lines).toEqual(["- b: disk vb is DELETED with its data"]);
  });

  test("a new one adds a disk", () => {
    const { plan: found, lines } = planned(three, { ...asThree, d: ssd(20) });
    expect(found).toEqual({ ...none, add: ["d"] });
    expect(lines).toEqual(["+ d: a disk is added (SSD, 20 GB)"]);
  });

  test.each(["constructor", "toString", "valueOf"])("%s is a name like any other", (name) => {
    expect(plan({}, { [name]: ssd() })).toEqual({ ...none, add: [name] });
    expect(plan({ [name]: held("v") }, {})).toEqual({ ...none, remove: [name] });
    expect(plan({ [name]: held("v") }, { [name]: ssd() })).toEqual(none);
    expect(plan({ other: held("v") }, { [name]: take("v") })).toMatchObject({
      rename: [{ from: "other", to: name }],
    });
  });
});

describe("a disk that changes", () => {
  test("grows and gets faster in place, and the preview says so", () => {
    const fast = { type: "GPSSD2", size: 100, iops: 3000, throughput: 125 };
    const { plan: found, lines } = planned(
      { a: held("va", fast) },
      { a: { ...fast, size: 200, iops: 4000 } },
    );
    expect(found.change).toEqual([
      {
        name: "a",
        plan: { refusals: [], replaces: [], record: false, grow: 200, qos: { iops: 4000, throughput: 125 } },
      },
    ]);
    expect(found).toMatchObject({ add: [], remove: [], refusals: [] });
    expect(lines).toEqual([
      "~ a: disk va grows from 100 to 200 GB",
      "~ a: disk va gets 4000 IOPS, 125 MiB/s",
    ]);
  });

  test("what is not known yet is shown as such", () => {
    const unknown = UNKNOWN as never;
    const { lines } = planned(three, {
      ...asThree,
      a: { ...ssd(), size: unknown },
      d: { type: unknown, size: unknown },
      e: take(unknown),
    });
    expect(lines.join("\n")).not.toContain(UNKNOWN);
    expect(lines).toEqual([
      "+ d: a disk is added ((not known yet), (not known yet) GB)",
      "+ e: disk (not known yet) is taken over (SSD, 100 GB)",
      "~ a: disk va grows from 100 to (not known yet) GB",
    ]);
  });

  test("a disk that is not known at all yet is a change that stays to be seen", () => {
    expect(plan(three, { ...asThree, b: UNKNOWN as never })).toEqual({ ...none, record: true });
  });

  test("cannot shrink, nor become of another type without allowReplace", () => {
    expect(refused(three, { ...asThree, a: ssd(90), b: ssd(500) })).toEqual([
      expect.stringMatching(/^disks\.a\.size cannot shrink/),
      expect.stringMatching(/^disks\.b\.type cannot change in place: .*Set allowReplace: true/),
    ]);
  });

  test("is replaced with allowReplace, its own or that of all", () => {
    for (const found of [
      planned(three, { ...asThree, b: allow(ssd(500)) }),
      planned(three, { ...asThree, b: ssd(500) }, { allowReplace: true }),
    ]) {
      expect(found.plan).toMatchObject({ refusals: [], remove: ["b"], add: ["b"], change: [], rename: [] });
      expect(found.lines).toEqual([
        "- b: disk vb is DELETED with its data, to be replaced",
        "+ b: a disk is added (SSD, 500 GB)",
      ]);
    }
    expect(
      refused(three, { ...asThree, b: { ...ssd(500), allowReplace: false } }, { allowReplace: true }),
    ).toHaveLength(1);
  });

  test("is not replaced while it is protected, by itself or with all", () => {
    const before = { ...three, b: protect(three.b) };
    expect(refused(before, { ...asThree, b: allow(ssd(500)) })).toEqual([
      expect.stringMatching(/^disks\.b\.type .*deletionProtection forbids/),
    ]);
    expect(refused(three, { ...asThree, b: allow(ssd(500)) }, { deletionProtection: true })).toEqual([
      expect.stringMatching(/^disks\.b\.type .*deletionProtection forbids/),
    ]);
  });

  test("protection and allowReplace of all, or of one, are recorded without a call", () => {
    for (const found of [
      plan(three, asThree, { deletionProtection: true }),
      plan(three, { ...asThree, a: protect(ssd()) }),
      plan(three, asThree, { allowReplace: true }),
      plan({ ...three, a: protect(three.a) }, asThree),
    ]) {
      expect(found).toEqual({ ...none, record: true });
    }
  });
});

describe("a protected disk", () => {
  const before = { ...three, b: protect(three.b) };

  test("does not go with its name, whatever the program says of all the others", () => {
    for (const more of [{}, { deletionProtection: false }, { allowReplace: true }]) {
      expect(refused(before, { a: ssd(), c: ssd() }, more)).toEqual([
        expect.stringMatching(
          /^disks\.b is gone from the program, but deletionProtection of disk vb is true\. .*run up/,
        ),
      ]);
    }
  });

  test("may get another name", () => {
    expect(plan(before, { a: ssd(), c: ssd(), d: take("vb", sas(), true) })).toEqual({
      ...none,
      rename: [{ from: "b", to: "d" }],
    });
  });

  test("may get another name that does not know yet which disk it means", () => {
    expect(refused(before, { a: ssd(), c: ssd(), d: take(UNKNOWN, sas(), true) })).toEqual([]);
  });
});

describe("a new name", () => {
  test.each([
    ["of the same kind", ssd()],
    ["of the same kind that is larger as well", ssd(200)],
  ])("%s, while an old one is gone, is refused, with the disk to name", (_what, entry) => {
    expect(refused({ data: held("vd") }, { files: entry })).toEqual([
      expect.stringMatching(
        /^disks\.files is new while disks\.data.*Keep the name data.*existingVolumeId: "vd".*allowReplace: true/,
      ),
    ]);
  });

  test.each<[string, DiskInputs, Partial<DisksInputs>]>([
    ["of another type", sas(100), {}],
    ["of a smaller disk", ssd(50), {}],
    ["that may cost the data", allow(ssd()), {}],
    ["where all may cost the data", ssd(), { allowReplace: true }],
  ])("%s is a disk more and one less", (_what, entry, more) => {
    expect(plan({ data: held("vd") }, { files: entry }, more)).toMatchObject({
      refusals: [],
      add: ["files"],
      remove: ["data"],
      rename: [],
    });
  });

  test("that names the old disk renames it and deletes nothing", () => {
    const { plan: found, lines } = planned({ data: held("vd") }, { files: take("vd") });
    expect(found).toEqual({ ...none, rename: [{ from: "data", to: "files" }] });
    expect(disksChange(found)).toBe(true);
    expect(lines).toEqual(["~ files: disk vd keeps its data, its name was data"]);
  });

  test("may come with growing", () => {
    const { plan: found, lines } = planned({ data: held("vd") }, { files: take("vd", ssd(200)) });
    expect(found).toMatchObject({
      refusals: [],
      add: [],
      remove: [],
      change: [{ name: "files", plan: { grow: 200 } }],
    });
    expect(lines).toContain("~ files: disk vd grows from 100 to 200 GB");
  });

  test("does not come with what costs the data, also with allowReplace", () => {
    expect(refused({ data: held("vd") }, { files: { ...take("vd", sas(100)), allowReplace: true } })).toEqual(
      [expect.stringMatching(/^disks\.files\.type .*Remove existingVolumeId/)],
    );
  });

  test("that names a disk of a name that stays is a take-over, which fails without a call", () => {
    expect(plan({ data: held("vd") }, { data: ssd(), files: take("vd") })).toEqual({
      ...none,
      add: ["files"],
    });
  });

  test("two disks do not change their names with each other", () => {
    expect(refused({ a: held("va"), b: held("vb") }, { a: take("vb"), b: take("va") })).toEqual([
      expect.stringMatching(/^disks\.a\.existingVolumeId names vb, but this resource holds va/),
      expect.stringMatching(/^disks\.b\.existingVolumeId names va/),
    ]);
  });
});

describe("another desktop, region or project", () => {
  const moved = { desktopId: "other" };

  test("is refused, unless each disk allows it", () => {
    expect(refused(three, asThree, moved)).toEqual([
      expect.stringMatching(/^desktopId cannot change in place/),
    ]);
    expect(refused(three, asThree, { region: "s" })).toEqual([
      expect.stringMatching(/^region cannot change in place/),
    ]);
    expect(refused(three, { a: allow(ssd()), b: allow(sas()), c: ssd() }, moved)).toHaveLength(1);
    expect(
      refused(three, { ...asThree, b: { ...sas(), allowReplace: false } }, { ...moved, allowReplace: true }),
    ).toHaveLength(1);
    expect(plan(three, asThree, { ...moved, allowReplace: true })).toMatchObject({
      refusals: [],
      replaces: ["desktopId"],
    });
    expect(plan(three, { a: allow(ssd()), b: allow(sas()), c: allow(ssd()) }, moved)).toMatchObject({
      refusals: [],
    });
    expect(plan(three, asThree, { ...moved, allowReplace: UNKNOWN as never })).toMatchObject({
      refusals: [],
    });
  });

  test("is refused while one of them is protected, before or after", () => {
    const may = { ...moved, allowReplace: true };
    expect(refused({ ...three, c: protect(three.c) }, asThree, may)).toEqual([
      expect.stringMatching(/^desktopId .*deletionProtection forbids/),
    ]);
    expect(refused(three, { ...asThree, c: protect(ssd()) }, may)).toHaveLength(1);
    expect(refused(three, asThree, { ...may, deletionProtection: true })).toHaveLength(1);
  });

  test("is refused while an entry names a disk to take over, which is on the old one", () => {
    const entries = { a: { ...take("va"), allowReplace: true } };
    expect(refused({ a: held("va") }, entries, moved)).toEqual([
      expect.stringMatching(/^desktopId .*Remove existingVolumeId/),
    ]);
  });

  test("shows every disk that goes and every one that comes", () => {
    const { lines } = planned(three, { a: ssd(), d: sas(20) }, { ...moved, allowReplace: true });
    expect(lines).toEqual([
      "- a: disk va is DELETED with its data, to be replaced",
      "- b: disk vb is DELETED with its data",
      "- c: disk vc is DELETED with its data",
      "+ a: a disk is added (SSD, 100 GB)",
      "+ d: a disk is added (SAS, 20 GB)",
    ]);
  });
});

test("what was left unfinished has a change, though nothing differs", () => {
  const wanted = { desktopId: "desk", disks: asThree };
  expect(disksChange(planDisks({ ...place, disks: three, unfinished: true }, wanted, {}))).toBe(true);
  expect(disksChange(planDisks({ ...place, disks: three }, wanted, {}))).toBe(false);
});
