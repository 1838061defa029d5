import type { Environment } from "../host";
import { findCredentials, NoCredentials } from "./credentialSource";
import { resolve, type Place } from "./place";
import { sources } from "../../../testing/authWorld";

type World = Parameters<typeof sources>[0];

/** As sessions do it: the profile counts where credentials come from it. */
function resolved(place: Place, world: World) {
  const found = findCredentials(sources(world), place.profile);
  return resolve(place, sources(world), found instanceof NoCredentials ? undefined : found.profile);
}

const file = "/home/me/.hcloud/config.json";
const files = {
  [file]: JSON.stringify({
    current: "mine",
    profiles: [
      { name: "mine", accessKeyId: "AK", secretAccessKey: "SK", region: "cn-east-3", projectId: "p-profile" },
    ],
  }),
};
const key = { HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "SK" };

describe("region, project and endpoints", () => {
  const input = {
    region: "cn-south-1",
    projectId: "p-input",
    endpoint: "https://e.test",
    iamEndpoint: "https://i.test",
  };
  const config = {
    region: "cn-north-9",
    projectId: "p-config",
    endpoint: "https://ec.test",
    iamEndpoint: "https://ic.test",
  };
  const env = {
    HW_REGION_NAME: "cn-north-4",
    HW_PROJECT_ID: "p-env",
    HW_WORKSPACE_ENDPOINT: "https://ee.test",
    HW_AUTH_URL: "https://ie.test/v3",
  };

  test.each<[string, Place, World, object]>([
    ["the resource's input comes first", input, { config, env, files }, input],
    ["then the stack configuration", {}, { config, env, files }, config],
    [
      "then the environment",
      {},
      { env, files },
      {
        region: "cn-north-4",
        projectId: "p-env",
        endpoint: "https://ee.test",
        iamEndpoint: "https://ie.test",
      },
    ],
    [
      "then the profile that credentials come from",
      {},
      { files },
      {
        region: "cn-east-3",
        projectId: "p-profile",
        endpoint: "https://workspace.cn-east-3.myhuaweicloud.com",
      },
    ],
    [
      "second names count",
      {},
      { env: { OS_REGION_NAME: "a-1", OS_PROJECT_ID: "p" } },
      { region: "a-1", projectId: "p" },
    ],
  ])("%s", (_, place, world, expected) => {
    expect(resolved(place, world)).toMatchObject({ ...expected, problems: [] });
  });

  test("a profile from which no credentials come gives no region either", () => {
    const { region, projectId, problems } = resolved({}, { env: key, files });
    expect({ region, projectId }).toEqual({});
    expect(problems).toEqual([
      {
        property: "region",
        reason: "is missing: set the property, or huaweicloud-workspace:region or HW_REGION_NAME",
      },
    ]);
  });

  test("a profile that the resource names brings its region and project, not the environment's", () => {
    expect(resolved({ profile: "mine" }, { config, env, files })).toMatchObject({
      region: "cn-east-3",
      projectId: "p-profile",
    });
    const other = resolved({ profile: "mine", region: "cn-north-4" }, { config, env, files });
    expect(other).toMatchObject({ region: "cn-north-4", projectName: "cn-north-4" });
    expect(other.projectId).toBeUndefined();
  });

  test("a project belongs to the region that is named beside it", () => {
    const two = resolved(
      { region: "ap-southeast-1" },
      { env: { ...key, HW_REGION_NAME: "cn-north-4", HW_PROJECT_ID: "p" } },
    );
    expect(two.projectId).toBeUndefined();
    expect(two.projectName).toBe("ap-southeast-1");
    const same = resolved(
      { region: "cn-north-4" },
      { env: { ...key, HW_REGION_NAME: "cn-north-4", HW_PROJECT_ID: "p" } },
    );
    expect(same.projectId).toBe("p");
    const alone = resolved(
      { region: "ap-southeast-1" },
      { env: { ...key, HW_PROJECT_ID: "p", HW_PROJECT_NAME: "n" } },
    );
    expect(alone).toMatchObject({ projectId: "p", projectName: "n" });
  });
});

describe("endpoints", () => {
  test.each([
    [
      "cn-north-4",
      {},
      "https://workspace.cn-north-4.myhuaweicloud.com",
      "https://iam.cn-north-4.myhuaweicloud.com",
    ],
    [
      "eu-west-101",
      {},
      "https://workspace.eu-west-101.myhuaweicloud.eu",
      "https://iam.eu-west-101.myhuaweicloud.eu",
    ],
    [
      "eu-west-0",
      {},
      "https://workspace.eu-west-0.myhuaweicloud.com",
      "https://iam.eu-west-0.myhuaweicloud.com",
    ],
    [
      "eu-west-101",
      { HW_CLOUD: "cloud.test" },
      "https://workspace.eu-west-101.cloud.test",
      "https://iam.eu-west-101.cloud.test",
    ],
  ])("of %s with %o", (region, env, endpoint, iamEndpoint) => {
    expect(resolved({ region }, { env })).toMatchObject({ endpoint, iamEndpoint, problems: [] });
  });

  test.each([
    ["https://iam.test", "https://iam.test"],
    ["https://iam.test/", "https://iam.test"],
    ["https://iam.test/v3", "https://iam.test"],
    ["https://iam.test/v3/", "https://iam.test"],
    ["https://iam.test:31943/iam/v3.0", "https://iam.test:31943/iam"],
    ["http://127.0.0.1:18080/v3", "http://127.0.0.1:18080"],
    ["http://[::1]:18080/v3", "http://[::1]:18080"],
    ["http://localhost:1", "http://localhost:1"],
  ])("IAM may be given as %s", (given, iamEndpoint) => {
    expect(resolved({ region: "cn-north-4" }, { env: { HW_AUTH_URL: given } })).toMatchObject({
      iamEndpoint,
      problems: [],
    });
  });

  test.each<[string, Place, Environment, string, RegExp]>([
    [
      "plain http to others",
      { endpoint: "http://10.0.0.1" },
      {},
      "endpoint",
      /^endpoint "http:\/\/10\.0\.0\.1" is plain http .*HW_WORKSPACE_ALLOW_HTTP=true/,
    ],
    [
      "a name that only begins like this machine",
      { endpoint: "http://127.0.0.1.evil.test" },
      {},
      "endpoint",
      /plain http/,
    ],
    ["no address", { endpoint: "workspace.test" }, {}, "endpoint", /is not an https:\/\/ address/],
    [
      "another protocol",
      {},
      { HW_WORKSPACE_ENDPOINT: "ftp://x" },
      "",
      /^HW_WORKSPACE_ENDPOINT "ftp:\/\/x" is not an https/,
    ],
    [
      "a password in the address",
      {},
      { HW_AUTH_URL: "https://u:marked@iam.test/v3" },
      "",
      /^HW_AUTH_URL .* must not contain a user or password$/,
    ],
    ["a query", { iamEndpoint: "https://iam.test/?a=1" }, {}, "iamEndpoint", /must not contain a query/],
    [
      "a cloud that is an address",
      {},
      { HW_CLOUD: "https://x" },
      "",
      /^HW_CLOUD "https:\/\/x" is not a domain/,
    ],
    [
      "a region that is none",
      { region: "CN North" },
      {},
      "region",
      /^region "CN North" is not a region; a region looks like cn-north-4/,
    ],
    [
      "a region of the environment that is none",
      {},
      { HW_REGION_NAME: "x/y" },
      "",
      /^HW_REGION_NAME "x\/y" is not a region/,
    ],
    ["a project that is none", { projectId: "../p" }, {}, "projectId", /is not a project id/],
  ])("%s is a problem", (_, place, env, property, reason) => {
    const { problems } = resolved(place, { env: { HW_REGION_NAME: "cn-north-4", ...env } });
    expect(problems).toEqual([{ property, reason: expect.stringMatching(reason) as string }]);
    expect(JSON.stringify(problems)).not.toContain("marked");
  });

  test("plain http may be allowed", () => {
    const place = { region: "r-1", endpoint: "http://10.0.0.1/base/" };
    expect(resolved(place, { env: { HW_WORKSPACE_ALLOW_HTTP: "true" } })).toMatchObject({
      endpoint: "http://10.0.0.1/base",
      problems: [],
    });
    expect(resolved(place, { config: { allowHttp: "yes" } }).problems).toEqual([]);
    expect(resolved(place, { env: { HW_WORKSPACE_ALLOW_HTTP: "false" } }).problems).toHaveLength(1);
  });
});
