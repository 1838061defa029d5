import { checkAttachment, differenceOf, knownPlace, planAttachment } from "./attachmentCheck";
import type { AttachmentInputs } from "./inputs";
import { UNKNOWN } from "./unknown";

const inputs: AttachmentInputs = { desktopId: "desk", type: "SSD", size: 100 };
const noSettings = { check: () => [] };
const check = (olds: object, news: object, projects = noSettings) =>
  checkAttachment({ ...olds }, { ...news }, projects).map(({ property }) => property);

describe("check", () => {
  test("settings that are missing are told beside what is wrong with the inputs", () => {
    const projects = { check: () => [{ property: "region", reason: "is missing" }] };
    expect(checkAttachment({}, { ...inputs, size: 15 }, projects).map(({ property }) => property)).toEqual([
      "size",
      "region",
    ]);
  });

  test("settings are asked for in the place that is known", () => {
    const asked: object[] = [];
    const projects = {
      check: (place: object) => {
        asked.push(place);
        return [];
      },
    };
    checkAttachment({}, { ...inputs, region: "r", projectId: UNKNOWN, profile: undefined }, projects);
    expect(asked).toEqual([{ region: "r" }]);
  });

  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["growing", { size: 200 }, []],
    ["another type", { type: "SAS" }, ["type"]],
    ["another desktop", { desktopId: "other" }, ["desktopId"]],
    ["another type of a bad size", { type: "SAS", size: 15 }, ["size"]],
  ])("a change of the old inputs: %s", (_what, news, properties) => {
    expect(check(inputs, { ...inputs, ...news })).toEqual(properties);
  });

  test("a disk that is new has no old inputs to be held against it", () => {
    expect(check({}, inputs)).toEqual([]);
    expect(check({ desktopId: UNKNOWN }, { ...inputs, type: "SAS" })).toEqual([]);
  });
});

describe("diff", () => {
  const state = { ...inputs, volumeId: "v", region: "r", projectId: "p" };
  const plan = (more: object, old: object = {}) =>
    planAttachment({ ...state, ...old }, { ...inputs, ...more }, {});

  test("what is refused is thrown, each property in a line of its own", () => {
    expect(() => differenceOf(plan({ type: "SAS", size: 50 }))).toThrow(
      /^size: cannot shrink.*\ntype: cannot change in place/s,
    );
  });

  test("a disk that was left unfinished has a change, though nothing differs", () => {
    expect(differenceOf(plan({}))).toEqual({ changes: false, replaces: [] });
    expect(differenceOf(plan({}, { unfinished: true }))).toEqual({ changes: true, replaces: [] });
  });

  test("a replacement names what causes it", () => {
    expect(differenceOf(plan({ type: "SAS", allowReplace: true }))).toEqual({
      changes: true,
      replaces: ["type"],
    });
  });
});

test("only the part of a place that is known counts", () => {
  expect(knownPlace({ region: "r", projectId: UNKNOWN, endpoint: null, desktopId: "d" })).toEqual({
    region: "r",
  });
});
