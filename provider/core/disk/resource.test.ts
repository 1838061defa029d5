/** What check, diff and delete decide for one resource. Nothing here makes a call. */
import { type Properties, UNKNOWN } from "../host";
import {
  adopt,
  call,
  heldBySet,
  many,
  newRun,
  one,
  refused,
  ssd,
  stateOfMany,
  stateOfOne,
} from "./testing/oneRun";

describe("check", () => {
  const properties = (olds: Properties, news: Properties, run = newRun()) =>
    run.attachment.check(call("a"), olds, news).map(({ property }) => property);

  test("a reason ends with its code", () => {
    const [problem] = newRun().attachment.check(call("a"), {}, one({ size: 15 }));
    expect(problem?.reason).toMatch(/^is 15; give .*\. \[HWD1101\]$/);
    const [misspelled] = newRun().attachment.check(call("a"), {}, one({ sise: 100 }));
    expect(misspelled?.reason).toMatch(/did you mean size\? \[HWD1102\]$/);
  });

  test("settings that are missing are told beside what is wrong with the inputs", () => {
    const run = newRun({ problems: [{ property: "region", reason: "is missing" }] });
    expect(properties({}, one({ size: 15 }), run)).toEqual(["size", "region"]);
    expect(run.attachment.check(call("a"), {}, one())[0]?.reason).toBe("is missing. [HWD1201]");
  });

  test("settings are asked for in the place that is known", () => {
    const run = newRun();
    properties({}, one({ region: "r", projectId: UNKNOWN, profile: undefined }), run);
    expect(run.asked).toEqual([{ region: "r" }]);
  });

  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["growing", { size: 200 }, []],
    ["another type", { type: "SAS" }, ["type"]],
    ["another type that may cost the data", { type: "SAS", allowReplace: true }, []],
    ["another desktop", { desktopId: "other" }, ["desktopId"]],
    ["another type of a wrong size", { type: "SAS", size: 15 }, ["size"]],
  ])("a change of the old inputs: %s", (_what, news, expected) => {
    expect(properties(one(), one(news))).toEqual(expected);
  });

  test("that a new resource adopts disks is said, once it is right", () => {
    const run = newRun();
    const desktopId = "3ec05f83-b8a3-4c72-857f-b33f55943320";
    run.attachment.check(call("a"), {}, one({ ...adopt("u"), desktopId, size: 15 }));
    expect(run.shown).toEqual([]);
    run.attachment.check(call("a"), {}, one({ ...adopt("v"), desktopId }));
    run.set.check(call("s"), {}, { ...many({ data: adopt("w"), more: ssd }), desktopId });
    // Of an old one, the diff says what changes.
    run.set.check(call("s"), { ...many({}), desktopId }, { ...many({ data: adopt("x") }), desktopId });
    expect(run.shown).toEqual([
      "DataDiskAttachment a: adopts disk v; no disk is added",
      "DesktopDataDisks s, disks.data: adopts disk w; no disk is added",
    ]);
  });

  test("a desktop id that looks like none is warned about, once for all its disks", () => {
    const run = newRun();
    for (const resource of ["a", "b"]) run.attachment.check(call(resource), {}, one());
    run.attachment.check(call("a"), one({ desktopId: "old" }), one({ desktopId: "old" }));
    expect(run.shown).toEqual([
      'desktopId "d" does not look like the id of a desktop. If it is the computer name, getDesktop({ computerName: "d" }) finds the id',
    ]);
  });

  test("a new disk has no old inputs", () => {
    expect(properties({}, one())).toEqual([]);
    expect(properties({ desktopId: UNKNOWN }, one({ type: "SAS" }))).toEqual([]);
  });

  test("the old inputs of a set say nothing: a run that failed keeps them, also those of disks that it did not make", () => {
    expect(newRun().set.check(call("s"), many({ a: ssd }), many({ a: { ...ssd, type: "SAS" } }))).toEqual([]);
  });

  test("an alias across kinds is refused at preview, with how to move", () => {
    const run = newRun();
    expect(run.attachment.check(call("a"), many({ a: ssd }), one())).toEqual([
      {
        property: "",
        reason: expect.stringMatching(
          /Remove the alias and move the disk in two runs.*\[HWD1109\]$/,
        ) as unknown,
      },
    ]);
    expect(run.set.check(call("s"), one(), many({ a: ssd }))[0]?.reason).toContain("HWD1109");
    expect(
      refused(() => run.attachment.diff(call("a"), "d", stateOfMany({ a: heldBySet() }), one())),
    ).toContain("HWD1109");
    expect(refused(() => run.set.diff(call("s"), "d/v", stateOfOne(), many({ a: ssd })))).toContain(
      "HWD1109",
    );
  });
});

describe("diff", () => {
  const diff = (news: object, state: object = {}) =>
    newRun().attachment.diff(call("d/v"), "d/v", stateOfOne(state), one(news));

  test.each<[string, object, object, object]>([
    ["nothing", {}, {}, { changes: false, replaces: [] }],
    ["growing", { size: 200 }, {}, { changes: true, replaces: [] }],
    ["what was left unfinished", {}, { unfinished: true }, { changes: true, replaces: [] }],
    ["a replacement", { type: "SAS", allowReplace: true }, {}, { changes: true, replaces: ["type"] }],
    ["the region in force", { region: "r" }, {}, { changes: false, replaces: [] }],
    ["a region that is not known yet", { region: UNKNOWN }, {}, { changes: true, replaces: [] }],
    [
      "a region that is not known yet, allowed",
      { region: UNKNOWN, allowReplace: true },
      {},
      { changes: true, replaces: ["region", "projectId"] },
    ],
  ])("%s", (_what, news, state, expected) => {
    expect(diff(news, state)).toMatchObject(expected);
  });

  test("what is refused is thrown, a line for each property, with the code of the first at the end", () => {
    expect(refused(() => diff({ type: "SAS", size: 50 }))).toMatch(
      /^Changing data disks of desktop d is refused: \n- size: would change.* \(HWD1104\)\.\n- type: would change from "SSD" .* \(HWD1103\)\. Nothing was sent to the service\. \[HWD1104\]$/s,
    );
    expect(refused(() => diff({ size: 50 }))).toMatch(
      /^Changing data disks of desktop d is refused: size: would change from 100 GB \(in state\) to 50 GB \(program\)/,
    );
  });

  test("another region names where the new value comes from", () => {
    const state = { ...stateOfOne(), region: "other" };
    expect(refused(() => newRun().attachment.diff(call("d/v"), "d/v", state, one()))).toContain(
      'region: would change from "other" (in state) to "r" (HW_REGION_NAME)',
    );
  });

  test("a state of a newer version, and an id of another form, are refused", () => {
    expect(() => diff({}, { stateVersion: 3 })).toThrow(/newer version/);
    expect(() => newRun().attachment.diff(call("x"), "x", stateOfOne(), one())).toThrow(
      /<desktopId>\/<volumeId>/,
    );
  });
});

describe("delete", () => {
  const { attachment, set } = newRun();
  const pending = { beforeIds: [], spec: ssd };
  const guarded = { deletionProtection: true };
  const gone: Record<string, () => Promise<void>> = {
    "an attachment": () => attachment.delete(call("a"), "d/v", stateOfOne(guarded)),
    "one disk of a set, and with it the others": () =>
      set.delete(
        call("s"),
        "d",
        stateOfMany({ data: heldBySet(), log: heldBySet({ volumeId: "w", ...guarded }) }),
      ),
    "a disk that says both": () =>
      attachment.delete(call("a"), "d/v", stateOfOne({ ...guarded, deletionPolicy: "delete" })),
    "an add whose disk is not known yet": () =>
      set.delete(call("s"), "d", {
        ...stateOfMany({}),
        pendingAdds: { data: { ...pending, policy: guarded } },
      }),
  };

  test.each(Object.keys(gone))("what state protects is refused without a call: %s", async (which) => {
    await expect(gone[which]?.()).rejects.toThrow(/deletionProtection of .* is true in state.*\[HWD1105\]$/s);
  });

  test("what state retains is forgotten without a call, also an add whose disk is not known yet", async () => {
    const run = newRun();
    await run.set.delete(call("s"), "d", {
      ...stateOfMany({ data: heldBySet({ deletionPolicy: "retain" }) }),
      pendingAdds: { log: { ...pending, policy: { deletionPolicy: "retain" } } },
    });
    expect(run.shown).toEqual([
      expect.stringContaining('data disk "data" (v) of desktop d is no longer managed'),
    ]);
  });
});
