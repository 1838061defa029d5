import { type Setting, settings, unknownSettings, unknownVariables } from "./settings";

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

test.each([
  ["HW_WORKSPACE_ENDPIONT", "did you mean HW_WORKSPACE_ENDPOINT?"],
  ["HW_WORKSPACE_ALOW_HTTP", "did you mean HW_WORKSPACE_ALLOW_HTTP?"],
  ["HW_WORKSPACE_LOGS", "did you mean HW_WORKSPACE_LOG?"],
  ["HW_WORKSPACE_REGION", "did you mean HW_REGION_NAME?"],
  ["HW_WORKSPACE_PROJECT_ID", "did you mean HW_PROJECT_ID?"],
  [
    "HW_WORKSPACE_BANANA",
    "known with this prefix are HW_WORKSPACE_ENDPOINT, HW_WORKSPACE_REQUESTS_PER_SECOND, HW_WORKSPACE_LOOK_AT_PREVIEW, HW_WORKSPACE_ALLOW_HTTP, HW_WORKSPACE_LOG, HW_WORKSPACE_AUDIT",
  ],
])("the variable %s is not a setting", (name, hint) => {
  expect(unknownVariables({ [name]: "x" })).toEqual([
    { property: "", reason: `the environment variable ${name} is not a setting; ${hint}` },
  ]);
});

test("known variables, empty ones and those of others pass", () => {
  const known = { HW_WORKSPACE_LOG: "debug", HW_WORKSPACE_AUDIT: "f", HW_WORKSPACE_ENDPOINT: "https://e" };
  expect(unknownVariables({ ...known, HW_WORKSPACE_NEW: "", HW_REGION: "r", WORKSPACE: "w" })).toEqual([]);
});
