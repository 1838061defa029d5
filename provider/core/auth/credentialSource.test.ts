import { inspect } from "node:util";

import { findCredentials, NoCredentials } from "./credentialSource";
import { sources } from "../../../testing/authWorld";

type World = Parameters<typeof sources>[0];

const file = "/home/me/.hcloud/config.json";
const profiles = (...all: Record<string, unknown>[]) =>
  JSON.stringify({ current: all[0]?.name, profiles: all });
const mine = {
  name: "mine",
  mode: "AKSK",
  accessKeyId: "AKMINE",
  secretAccessKey: "s",
  region: "cn-east-3",
  projectId: "pm",
};

/** Which credentials a world gives, by what tells them apart, or what is wrong. */
function found(world: World, profile?: string): unknown {
  const credentials = findCredentials(sources(world), profile);
  if (credentials instanceof NoCredentials) return credentials.reason;
  const { source, title } = credentials.method;
  expect(inspect(credentials)).not.toContain("marked");
  switch (source.kind) {
    case "accessKey":
      return [source.accessKey, source.secretKey.reveal(), source.securityToken?.reveal(), title];
    case "password":
      return [source.userName, source.password.reveal(), source.domain, title];
    case "token":
      return [source.token.reveal(), title];
    case "identityToken":
      return [source.providerId, title];
  }
}

const hw = { HW_ACCESS_KEY: "AKHW", HW_SECRET_KEY: "marked-hw" };
const os = { OS_ACCESS_KEY: "AKOS", OS_SECRET_KEY: "marked-os" };
const sdk = { HUAWEICLOUD_SDK_AK: "AKSDK", HUAWEICLOUD_SDK_SK: "marked-sdk" };
const config = { accessKey: "AKCONFIG", secretKey: "marked-config" };

describe("where credentials come from", () => {
  test.each<[string, World, unknown]>([
    [
      "the environment's own names come first",
      { env: { ...sdk, ...os, ...hw }, config },
      ["AKHW", "marked-hw"],
    ],
    ["then their second names", { env: { ...sdk, ...os }, config }, ["AKOS", "marked-os"]],
    ["then the official SDK's", { env: sdk, config }, ["AKSDK", "marked-sdk"]],
    [
      "then the stack configuration",
      { env: {}, config, files: { [file]: profiles(mine) } },
      ["AKCONFIG", "marked-config"],
    ],
    ["then the current profile", { files: { [file]: profiles(mine) } }, ["AKMINE", "s"]],
    [
      "a second name fills in for a first",
      { env: { HW_ACCESS_KEY: "AKHW", OS_SECRET_KEY: "marked-os" } },
      ["AKHW", "marked-os"],
    ],
    [
      "a blank variable is none",
      { env: { HW_ACCESS_KEY: "", HW_SECRET_KEY: " ", ...os } },
      ["AKOS", "marked-os"],
    ],
    [
      "blanks around a key are not its own",
      { env: { ...hw, HW_SECRET_KEY: " marked-hw\n" } },
      ["AKHW", "marked-hw"],
    ],
  ])("%s", (_, world, expected) => {
    expect(found(world)).toEqual([...(expected as unknown[]), undefined, expect.any(String)]);
  });

  test("within one source a token comes before a key, a key before identity token and password", () => {
    const password = { HW_USER_NAME: "ann", HW_USER_PASSWORD: "marked", HW_DOMAIN_ID: "d" };
    const ci = { HW_ASSUME_ROLE_IDP_ID: "idp", HW_ASSUME_ROLE_ID_TOKEN: "marked" };
    const token = { HW_AUTH_TOKEN: "T" };
    expect(found({ env: { ...password, ...ci, ...hw, ...token } })).toEqual(["T", expect.any(String)]);
    expect(found({ env: { ...password, ...ci, ...hw } })).toMatchObject(["AKHW", "marked-hw", undefined, {}]);
    expect(found({ env: { ...password, ...ci } })).toMatchObject(["idp", {}]);
    expect(found({ env: password })).toMatchObject(["ann", "marked", { id: "d" }, {}]);
  });

  test("the title names the variables that were used, and no value", () => {
    expect(found({ env: { HW_ACCESS_KEY: "AKHW", OS_SECRET_KEY: "x", HW_SECURITY_TOKEN: "y" } })).toContain(
      "temporary access key (HW_ACCESS_KEY, OS_SECRET_KEY, HW_SECURITY_TOKEN from the environment)",
    );
    expect(found({ config })).toContain(
      "access key (huaweicloud-workspace:accessKey, huaweicloud-workspace:secretKey from the stack configuration)",
    );
    expect(found({ files: { [file]: profiles(mine) } })).toContain(
      `access key (accessKeyId, secretAccessKey from profile "mine" of ${file})`,
    );
  });
});

describe("incomplete credentials are neither completed from elsewhere nor passed over", () => {
  test.each<[string, World, RegExp]>([
    [
      "key in the environment, secret in the stack",
      { env: { HW_ACCESS_KEY: "AK" }, config },
      /^credentials are incomplete: HW_ACCESS_KEY is set in the environment, HW_SECRET_KEY is missing; set it there as well$/,
    ],
    [
      "a key beside another pair",
      { env: { HW_ACCESS_KEY: "AKHW", ...os } },
      /^credentials are incomplete: HW_ACCESS_KEY is set in the environment, HW_SECRET_KEY is missing; set it there as well$/,
    ],
    [
      "a key beside the SDK's pair",
      { env: { HW_ACCESS_KEY: "AKHW", ...sdk } },
      /, HW_SECRET_KEY is missing; set it there as well$/,
    ],
    [
      "half an SDK's pair",
      { env: { HUAWEICLOUD_SDK_SK: "x" }, config },
      /^credentials are incomplete: HUAWEICLOUD_SDK_SK is set in the environment, HUAWEICLOUD_SDK_AK is missing; set it there as well$/,
    ],
    [
      "a security token alone",
      { env: { HW_SECURITY_TOKEN: "x" }, config },
      /^credentials are incomplete: HW_SECURITY_TOKEN is set in the environment, HW_ACCESS_KEY and HW_SECRET_KEY are missing; set them there as well$/,
    ],
    [
      "a user without password and account",
      { env: { HW_USER_NAME: "ann" } },
      /, HW_USER_PASSWORD and HW_DOMAIN_NAME are missing; set them there as well$/,
    ],
    [
      "a user without account",
      { config: { userName: "ann", password: "x" } },
      /^credentials are incomplete: huaweicloud-workspace:userName and huaweicloud-workspace:password are set in the stack configuration, huaweicloud-workspace:domainName is missing; set it there as well$/,
    ],
    [
      "a provider without token",
      { env: { HW_ASSUME_ROLE_IDP_ID: "x" }, config },
      /^credentials are incomplete: HW_ASSUME_ROLE_IDP_ID is set in the environment, HW_ASSUME_ROLE_ID_TOKEN_FILE is missing; set it there as well$/,
    ],
    [
      "a token file without provider",
      { env: { HW_ASSUME_ROLE_ID_TOKEN_FILE: "x" } },
      /, HW_ASSUME_ROLE_IDP_ID is missing; set it there as well$/,
    ],
    [
      "half a profile",
      { files: { [file]: profiles({ name: "mine", accessKeyId: "AK" }) } },
      /accessKeyId of profile "mine" of .* is set .*, secretAccessKey is missing; set it there as well$/,
    ],
  ])("%s", (_, world, reason) => {
    expect(found(world)).toMatch(reason);
  });

  test("an account's name alone is not an incomplete password: others read it too", () => {
    expect(found({ env: { HW_DOMAIN_NAME: "acme" }, config })).toContain("AKCONFIG");
  });

  test("a key with a line break inside is reported as malformed, and not shown", () => {
    const reason = found({ env: { ...hw, HW_SECRET_KEY: "marked\nmarked" } });
    expect(reason).toMatch(/^HW_SECRET_KEY contains a blank, a line break/);
    expect(reason).not.toContain("marked");
  });
});

describe("profiles", () => {
  const two = { [file]: profiles(mine, { ...mine, name: "other", accessKeyId: "AKOTHER" }) };

  test("one that a resource names beats the environment", () => {
    expect(found({ env: hw, config, files: two }, "other")).toContain("AKOTHER");
  });

  test("one that settings name comes after keys that settings give", () => {
    expect(found({ env: { HW_PROFILE: "other" }, files: two })).toContain("AKOTHER");
    expect(found({ config: { profile: "other" }, files: two })).toContain("AKOTHER");
    expect(found({ env: { ...hw, HW_PROFILE: "other" }, files: two })).toContain("AKHW");
  });

  test("the file may lie elsewhere", () => {
    const files = { "/home/me/shared.json": profiles(mine) };
    expect(found({ env: { HW_SHARED_CONFIG_FILE: "~/shared.json" }, files })).toContain("AKMINE");
  });

  test("an agency of the profile is assumed, unless settings name another", () => {
    const agency = { ...mine, agencyName: "ops", agencyDomainName: "acme" };
    const files = { [file]: profiles(agency) };
    expect(findCredentials(sources({ files }))).toMatchObject({
      agency: { name: "ops", domain: { name: "acme" } },
    });
    const config = { agencyName: "dev", agencyDomainId: "d" };
    expect(findCredentials(sources({ files, config }))).toMatchObject({
      agency: { name: "dev", domain: { id: "d" } },
    });
    expect(findCredentials(sources({ files, config }), "mine")).toMatchObject({ agency: { name: "ops" } });
  });

  test.each<[string, World, string | undefined, RegExp]>([
    [
      "no credentials at all",
      {},
      undefined,
      /^no credentials\. Set one of these.*\n- access key: huaweicloud-workspace:accessKey or HW_ACCESS_KEY, and/,
    ],
    [
      "the file is missing",
      {},
      "mine",
      /^profile "mine": cannot read \/home\/me\/\.hcloud\/config\.json \(ENOENT\)$/,
    ],
    [
      "a file that was named is missing",
      { env: { HW_SHARED_CONFIG_FILE: "/x" } },
      undefined,
      /^HW_SHARED_CONFIG_FILE: cannot read \/x/,
    ],
    ["the file has no such profile", { files: two }, "third", /has no profile "third"; it has mine, other$/],
    [
      "settings name no such profile",
      { env: { HW_PROFILE: "third" }, files: two },
      undefined,
      /has no profile "third"/,
    ],
    ["the file is no JSON", { files: { [file]: "marked" } }, undefined, /is not a configuration file/],
    [
      "the file is another one",
      { files: { [file]: '["marked"]' } },
      undefined,
      /is not a configuration file/,
    ],
    [
      "the profile's mode needs more",
      { files: { [file]: profiles({ name: "a", mode: "ecsAgency" }) } },
      undefined,
      /has the mode ecsAgency; only profiles with an access key/,
    ],
    [
      "the profile has no key",
      { files: { [file]: profiles({ name: "a", region: "x" }) } },
      undefined,
      /^profile "a" .* has no access key$/,
    ],
  ])("%s", (_, world, profile, reason) => {
    const said = found(world, profile);
    expect(said).toMatch(reason);
    expect(said).not.toContain("marked");
  });
});
