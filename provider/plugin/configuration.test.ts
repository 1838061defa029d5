/** What counts for one provider instance: its own configuration, and what of the environment. */
import { UNKNOWN } from "../core/host";
import { changedSettings, checkConfiguration, configurationOf, markSecrets } from "./configuration";

const env = {
  HW_REGION_NAME: "cn-north-4",
  HW_PROJECT_ID: "p",
  HW_ACCESS_KEY: "a",
  HW_SECRET_KEY: "s",
  OS_USERNAME: "u",
  HW_ASSUME_ROLE_AGENCY_NAME: "agency",
  HW_MAX_RETRIES: "1",
  HW_WORKSPACE_ENDPOINT: "https://e",
  PATH: "/bin",
};

test.each<[string, object, boolean, string[]]>([
  ["the default provider: all of the environment, as in the dynamic front", { accessKey: "b" }, true, []],
  ["an explicit one that names only a region", { region: "eu-west-101" }, false, []],
  [
    "an explicit one that names its account: nothing of the environment's account",
    { accessKey: "b", secretKey: "t" },
    false,
    ["HW_PROJECT_ID", "HW_ACCESS_KEY", "HW_SECRET_KEY", "OS_USERNAME", "HW_ASSUME_ROLE_AGENCY_NAME"],
  ],
  [
    "an explicit one that names a profile: the same",
    { profile: "team" },
    false,
    ["HW_PROJECT_ID", "HW_ACCESS_KEY", "HW_SECRET_KEY", "OS_USERNAME", "HW_ASSUME_ROLE_AGENCY_NAME"],
  ],
  ["an explicit one with its own retries", { maxRetries: 3 }, false, ["HW_MAX_RETRIES"]],
  ["empty and unknown values name nothing", { accessKey: "", profile: UNKNOWN }, false, []],
])("%s", (_what, args, isDefault, hidden) => {
  const { env: counts } = configurationOf({ ...args }, isDefault, env);
  expect(Object.keys(env).filter((name) => !(name in counts))).toEqual(hidden);
});

test("values are found by their full key, and only those of this package", () => {
  const { config } = configurationOf({ region: "r", insecure: true, profile: UNKNOWN }, true, {});
  expect(config("huaweicloud-workspace:region")).toBe("r");
  expect(config("huaweicloud-workspace:insecure")).toBe(true);
  expect(config("huaweicloud-workspace:profile")).toBeUndefined();
  expect(config("aws:region")).toBeUndefined();
});

test("what the engine adds is neither unknown nor a change", () => {
  const added = { version: "1.0.0", pluginDownloadURL: "https://x", __internal: {} };
  expect(checkConfiguration(added, {})).toEqual([]);
  expect(changedSettings({}, added)).toEqual([]);
});

test("keys and variables that are no settings are refused without their values, which may be secrets", () => {
  const problems = checkConfiguration({ secretKeyy: "s", region: "r" }, { HW_WORKSPACE_PROFILE: "team" });
  expect(problems).toEqual([
    {
      property: "",
      reason: '"huaweicloud-workspace:secretKeyy" is not a setting; did you mean "secretKey"? [HWD1110]',
    },
    {
      property: "",
      reason:
        "the environment variable HW_WORKSPACE_PROFILE is not a setting; did you mean HW_PROFILE? [HWD1110]",
    },
  ]);
});

test.each<[string, object, boolean, RegExp]>([
  [
    "an address with a password",
    { endpoint: "https://user:geheim/@pw@host" },
    false,
    /^endpoint "https:\/\/…@host" .*\[HWD1201\]$/,
  ],
  [
    "a password in the address of IAM",
    { iamEndpoint: "https://user:geheim@host/v3" },
    true,
    /must not contain a user or password/,
  ],
  ["a region that is none", { region: "not a region!" }, false, /^region "not a region!" is not a region;/],
  ["a project that is none", { projectId: "a b" }, false, /is not a project id/],
])("%s is refused before it is stored", (_what, args, isDefault, reason) => {
  const problems = checkConfiguration({ ...args }, {}, isDefault);
  expect(problems).toEqual([{ property: "", reason: expect.stringMatching(reason) as string }]);
  expect(JSON.stringify(problems)).not.toContain("geheim");
});

test("a value that is not known yet passes, and what only the environment has is not the provider's", () => {
  expect(checkConfiguration({ region: UNKNOWN, endpoint: UNKNOWN }, { HW_REGION_NAME: "not one!" })).toEqual(
    [],
  );
  expect(checkConfiguration({ endpoint: "http://elsewhere", allowHttp: true }, {}, false)).toEqual([]);
});

test("true and its text are the same setting", () => {
  expect(changedSettings({ insecure: "true", maxRetries: "3" }, { insecure: true, maxRetries: 3 })).toEqual(
    [],
  );
  expect(changedSettings({ region: "a" }, { region: "b", profile: "p" })).toEqual(["profile", "region"]);
});

test("secrets are marked, also where a program does not", () => {
  const marked = markSecrets({ region: "r", secretKey: "s", token: UNKNOWN });
  expect(marked).toEqual({
    region: "r",
    secretKey: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "s" },
    token: UNKNOWN,
  });
});
