import { type Setting, settings, unknownSettings } from "./settings";

const all = Object.entries<Setting>(settings);

test("a variable means one thing only", () => {
  const variables = all.flatMap(([, { env }]) => env);
  expect(new Set(variables).size).toBe(variables.length);
});

test.each(all)("%s has a variable of its own, and a line of documentation", (key, { env, meaning }) => {
  expect(key).toMatch(/^[a-z][A-Za-z]*$/);
  expect(env[0]).toMatch(/^HW_[A-Z_]+$/);
  expect(meaning).toMatch(/^[A-Z`].*\.$/s);
});

test("an unknown key is reported with the nearest setting", () => {
  expect(unknownSettings(["region", "regoin", "banana"])).toEqual([
    { property: "", reason: '"huaweicloud-workspace:regoin" is not a setting; did you mean "region"?' },
    {
      property: "",
      reason: expect.stringMatching(
        /"huaweicloud-workspace:banana" is not a setting; known are region, /,
      ) as string,
    },
  ]);
});
