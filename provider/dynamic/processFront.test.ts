import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "../../testing/virtualClock";
import { auditFile } from "../front/auditFile";
import { makeProvider } from "./processFront";

const env = { HW_REGION_NAME: "cn-north-4", HW_ACCESS_KEY: "A", HW_SECRET_KEY: "S", HW_PROJECT_ID: "p" };
const desktopId = "3ec05f83-b8a3-4c72-857f-b33f55943320";
const inputs = { desktopId, type: "SSD", size: 100 };
const noSend = () => Promise.reject(new Error("a check makes no call"));
const configuration = (values: Record<string, unknown>) => ({
  config: { get: (key: string) => values[key], rawConfig: values },
});

function providers(settings: Record<string, string> = env) {
  return makeProvider({ env: settings, clock: new VirtualClock(), send: noSend });
}

test("a call that comes while the configuration is on its way waits for it", async () => {
  const { attachment } = providers({ HW_ACCESS_KEY: "A", HW_SECRET_KEY: "S" });
  const configuring = attachment.configure(configuration({ "huaweicloud-workspace:region": "cn-north-4" }));
  const checked = attachment.check({}, inputs);
  await configuring;
  expect((await checked).failures).toEqual([]);
});

test("without a configuration the environment alone counts", async () => {
  expect((await providers().attachment.check({}, inputs)).failures).toEqual([]);
  const { failures } = await providers({}).attachment.check({}, inputs);
  expect(failures.map(({ reason }) => reason.slice(0, 17))).toEqual([
    "region is missing",
    "no credentials. S",
  ]);
});

test("the first configuration stays, for both kinds of resources", async () => {
  const { attachment, disks } = providers({ HW_ACCESS_KEY: "A", HW_SECRET_KEY: "S" });
  await attachment.configure(configuration({ "huaweicloud-workspace:region": "cn-north-4" }));
  await disks.configure(configuration({ "huaweicloud-workspace:region": "not a region" }));
  expect((await disks.check({}, { desktopId, disks: {} })).failures).toEqual([]);
});

test("a configuration that cannot be read fails every call, and not only the first", async () => {
  const { attachment } = providers();
  const get = () => {
    throw new Error("no passphrase");
  };
  await expect(attachment.configure({ config: { get } })).rejects.toThrow("no passphrase");
  await expect(attachment.check({}, inputs)).rejects.toThrow("no passphrase");
  await expect(attachment.check({}, inputs)).rejects.toThrow("no passphrase");
});

test("a misspelled key of the configuration is refused, with the nearest known one", async () => {
  const { attachment } = providers();
  await attachment.configure(configuration({ "huaweicloud-workspace:regoin": "x", "other:regoin": "y" }));
  expect((await attachment.check({}, inputs)).failures).toEqual([
    {
      property: "",
      reason: expect.stringMatching(
        /"huaweicloud-workspace:regoin" is not a setting; did you mean "region"\?.*\[HWD1110\]$/,
      ) as unknown,
    },
  ]);
});

test("so is a misspelled variable with the prefix of this package", async () => {
  const { attachment } = makeProvider({ env: { ...env, HW_WORKSPACE_ENDPIONT: "https://e" } });
  expect((await attachment.check({}, inputs)).failures).toEqual([
    {
      property: "",
      reason:
        "the environment variable HW_WORKSPACE_ENDPIONT is not a setting; did you mean HW_WORKSPACE_ENDPOINT? [HWD1110]",
    },
  ]);
});

test("both kinds know of each other's disks", async () => {
  const { attachment, disks } = providers();
  const adopt = { type: "SSD", size: 100, existingVolumeId: "v", deletionProtection: false };
  expect((await attachment.check({}, { desktopId, ...adopt })).failures).toEqual([]);
  const { failures } = await disks.check({}, { desktopId, disks: { data: adopt } });
  expect(failures).toEqual([
    {
      property: "",
      reason: expect.stringMatching(/^disks\.data\.existingVolumeId .*\[HWD1107\]$/) as unknown,
    },
  ]);
});

describe("the audit file", () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  const file = join(folder, "audit.jsonl");
  const warnings: string[] = [];
  const log = { debug: () => undefined, info: () => undefined, warn: (text: string) => warnings.push(text) };
  const record = {
    action: "added" as const,
    desktopId,
    volume: { volumeId: "v", type: "SSD", size: 10 },
  };

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("has a line for each disk, which only its owner can read", () => {
    const write = auditFile({ HW_WORKSPACE_AUDIT: file, PULUMI_STACK: "dev" }, new VirtualClock(), log);
    write({ ...record, job: { jobId: "j", requestId: "r" } });
    write({ ...record, action: "deleted" });
    const lines = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as object);
    const common = {
      time: "2026-01-02T03:04:05.000Z",
      stack: "dev",
      desktop: desktopId,
      volume: "v",
      type: "SSD",
      size: 10,
    };
    expect(lines).toEqual([
      { ...common, action: "added", job: "j", request: "r" },
      { ...common, action: "deleted" },
    ]);
  });

  test("that cannot be written is warned about, and fails nothing", () => {
    auditFile({ HW_WORKSPACE_AUDIT: join(folder, "nowhere", "file") }, new VirtualClock(), log)(record);
    expect(warnings.join()).toMatch(/^the audit file .* \(HW_WORKSPACE_AUDIT\) cannot be written/);
  });

  test("is not kept unless somebody names one", () => {
    expect(() => {
      auditFile({}, new VirtualClock(), log)(record);
    }).not.toThrow();
  });
});
