import { readOptions } from "./sources";
import { forever, sessionsIn, sources } from "../../../testing/authWorld";

const pem = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";

test("nothing set: verified TLS and nothing else", () => {
  expect(readOptions(sources())).toEqual({ insecure: false, lookAtPreview: true, problems: [] });
});

test("everything set", () => {
  const env = {
    OS_INSECURE: "1",
    HW_CACERT: "~/ca.pem",
    HW_ENTERPRISE_PROJECT_ID: "ep-env",
    HW_MAX_RETRIES: "7",
    HW_WORKSPACE_LOOK_AT_PREVIEW: "false",
  };
  const files = { "/home/me/ca.pem": pem };
  expect(readOptions(sources({ env, files }))).toEqual({
    insecure: true,
    lookAtPreview: false,
    ca: pem,
    enterpriseProjectId: "ep-env",
    maxRetries: 7,
    problems: [],
  });
});

test("this machine's environment wins, except for the enterprise project, which is the stack's", () => {
  const env = { HW_INSECURE: "false", HW_MAX_RETRIES: "1", HW_ENTERPRISE_PROJECT_ID: "ep-env" };
  const config = { insecure: "true", maxRetries: "2", enterpriseProjectId: "ep-config" };
  expect(readOptions(sources({ env, config }))).toEqual({
    insecure: false,
    lookAtPreview: true,
    maxRetries: 1,
    enterpriseProjectId: "ep-config",
    problems: [],
  });
});

test.each([
  [{ HW_INSECURE: "maybe" }, 'HW_INSECURE "maybe" must be true or false'],
  [{ HW_WORKSPACE_ALLOW_HTTP: "si" }, 'HW_WORKSPACE_ALLOW_HTTP "si" must be true or false'],
  [{ HW_WORKSPACE_LOOK_AT_PREVIEW: "si" }, 'HW_WORKSPACE_LOOK_AT_PREVIEW "si" must be true or false'],
  [{ HW_MAX_RETRIES: "-1" }, 'HW_MAX_RETRIES "-1" must be a whole number, such as 5'],
  [{ HW_CACERT: "/none" }, 'HW_CACERT "/none" cannot be read (ENOENT)'],
  [{ HW_CACERT: "/key" }, 'HW_CACERT "/key" holds no certificate in PEM form'],
])("%o is a problem and changes nothing", (env, reason) => {
  const options = readOptions(sources({ env, files: { "/key": "marked" } }));
  expect(options).toEqual({ insecure: false, lookAtPreview: true, problems: [{ property: "", reason }] });
});

test("unverified TLS is warned of once", async () => {
  const env = { HW_INSECURE: "true", HW_REGION_NAME: "r-1", HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "SK" };
  const { sessions, log } = sessionsIn({ env });
  await sessions.open({ projectId: "p1" }, forever);
  await sessions.open({ projectId: "p2" }, forever);
  expect(log.lines.filter((line) => line.includes("not verified"))).toHaveLength(1);
});
