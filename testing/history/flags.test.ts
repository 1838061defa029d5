import { dialectNames } from "huaweicloud-workspace-emulator";
import { excludedNames } from "../excluded";
import { readFlags } from "./flags";

const without = (...args: string[]) => readFlags(args).draw.without;

test("without flags, exactly what is excluded is not drawn", () => {
  expect(without()).toEqual(excludedNames);
});

test("the harshest draw ignores what is excluded", () => {
  expect(without("--harshest")).toEqual([]);
});

test("dialects that are named are drawn, also excluded ones, and no others", () => {
  const left = without("--dialects", "lagging-reads,absent-lists");

  expect(left).not.toContain("lagging-reads");
  expect(left).not.toContain("absent-lists");
  expect(dialectNames.filter((name) => !left.includes(name))).toEqual(["absent-lists", "lagging-reads"]);
});

test("the second actor can be left out or asked for", () => {
  expect(without("--actor", "off")).toContain("second-actor");
  expect(without("--actor", "on")).not.toContain("second-actor");
  expect(without("--actor", "on")).not.toContain("second-actor-alike");
});

test("a repetition gets the flags that say what is drawn", () => {
  const args = [
    "--dialects",
    "lagging-reads",
    "--actor",
    "off",
    "--without",
    "fault:repeat",
    "--path",
    "0:1",
  ];

  expect(readFlags(args).repeated).toBe(" --dialects lagging-reads --actor off --without fault:repeat");
  expect(readFlags(["--harshest", "--no-shrink"])).toMatchObject({ repeated: " --harshest", shrinks: 0 });
});

test.each([
  [["--dialects", "klingon"], 'There is no dialect "klingon". Known: absent-lists, '],
  [["--without", "fault:none"], 'There is no "fault:none". Known: absent-lists, '],
  [["--actor", "maybe"], '--actor is "maybe"; give on or off'],
  [["--seeds", "many"], '--seeds is "many"; give a whole number'],
  [["--max-lag", "1s"], '--max-lag is "1s"; give a whole number'],
  [["--nonsense"], "Unknown option '--nonsense'"],
])("%j is refused", (args, message) => {
  expect(() => readFlags(args)).toThrow(message);
});

test("a front that there is not is refused", () => {
  expect(readFlags(["--front", "plugin"])).toMatchObject({ front: "plugin", repeated: " --front plugin" });
  expect(() => readFlags(["--front", "bridge"])).toThrow("dynamic or plugin");
});
