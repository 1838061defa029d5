import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { dialectNames, startEmulator, type Emulator } from "../src/index";
import { sdkCache as cache } from "../src/testing/built-once";
import { pythonWith } from "../src/testing/python";

const run = promisify(execFile);

const pythonWithSdk = () => pythonWith(join(__dirname, "requirements.txt"), "The official SDK");

test("the official Python SDK sees what each dialect changes, and nothing without it", async () => {
  const python = await pythonWithSdk();
  const emulator = await startEmulator({ clock: "manual", seed: 4 });
  const { stdout } = await run(python, [join(__dirname, "dialects.py"), emulator.url], {
    env: { PATH: process.env.PATH, ...emulator.env },
    timeout: 60_000,
  }).finally(() => emulator.close());
  const seen = JSON.parse(stdout) as Record<string, [unknown, unknown]>;
  expect(Object.keys(seen).sort()).toEqual([...dialectNames].sort());
  expect(seen).toMatchObject({
    "absent-lists": [[], null],
    "errors-as-200": [
      [404, "WKS.00020404"],
      ["taken", false],
    ],
    "official-job-words": [
      ["ADD_VOLUME", 0],
      ["addVolumes", 1],
    ],
    "zoneless-times": ["T", " "],
    "narrow-job-lists": [0, 400],
    "sparse-sub-jobs": [
      ["d1", 0],
      [null, null],
    ],
    "idle-is-empty": [
      [null, "ADD_VOLUME"],
      ["", ""],
    ],
    "running-only": [
      ["taken", true],
      [409, "WKS.00010032"],
    ],
    "five-minutes": [
      ["taken", true],
      [400, "WKS.0407"],
    ],
    "unknown-as-400": [
      [
        [404, "WKS.00010404"],
        [404, "WKS.00030404"],
      ],
      [
        [400, "WKS.0001"],
        [500, "WKS.0202"],
      ],
    ],
    "lagging-reads": [
      [1, 1],
      [0, 1],
    ],
    // The SDK repeats the parameter: both forms of the service understand it.
    "repeated-parameter": [
      ["d1", "d2"],
      ["d1", "d2"],
    ],
  });
  const [quiet, repeating] = seen["repeating-gateway"] as [string[], string[]];
  expect(quiet).toEqual(["taken"]);
  expect(repeating.length).toBeGreaterThan(1);
}, 480_000);

describe("the official Python SDK", () => {
  const desktop = "d0000000-0000-4000-8000-000000000001";
  let emulator: Emulator | undefined;
  let seen: Record<string, unknown> = {};

  beforeAll(async () => {
    const python = await pythonWithSdk();
    emulator = await startEmulator({ desktops: 3, jobTimeMs: 60, checkAnswers: true });
    const idTokenFile = join(mkdtempSync(join(cache, "token-")), "id-token");
    writeFileSync(idTokenFile, "emulator-id-token");
    const { stdout } = await run(python, [join(__dirname, "life.py"), emulator.url, desktop, idTokenFile], {
      env: { PATH: process.env.PATH, ...emulator.env },
      timeout: 60_000,
    });
    rmSync(join(idTokenFile, ".."), { recursive: true });
    seen = JSON.parse(stdout) as Record<string, unknown>;
  }, 480_000);
  afterAll(() => emulator?.close());

  test("lists desktops", () => {
    expect(seen).toMatchObject({ listed: [[desktop, "ACTIVE", 80]], total: 1 });
  });

  test("adds disks, waits for the job and reads them back", () => {
    expect(seen.added).toEqual(["SUCCESS", 1, "SUCCESS", desktop]);
    expect(seen.after_add).toEqual([
      { type: "GPSSD2", size: 10, iops: 3000, throughput: 125, kms_id: null },
      { type: "SSD", size: 20, iops: null, throughput: null, kms_id: "key-1" },
    ]);
    expect(seen.added_many).toBe("SUCCESS");
  });

  test("expands disks and changes their QoS", () => {
    expect(seen).toMatchObject({ expanded: "SUCCESS", expanded_one: "SUCCESS", qos: "SUCCESS" });
    expect(seen.after_changes).toMatchObject([
      { type: "GPSSD2", size: 10, iops: 4000, throughput: 200 },
      { type: "SAS", size: 40 },
      { type: "SSD", size: 30 },
    ]);
  });

  test("deletes disks, and is refused while it does", () => {
    expect(seen.conflict).toMatchObject({ status: 409, code: "WKS.00010032" });
    expect(seen.deleted).toBe("SUCCESS");
    expect(seen.after_delete).toMatchObject([{ type: "GPSSD2" }]);
    expect(seen.sub_jobs).toEqual([1, true, 100]);
  });

  test("understands every refusal", () => {
    const requestId = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
    expect(seen).toMatchObject({
      unknown_volume: { status: 404, code: "WKS.00020404", request_id: requestId },
      unknown_desktop: { status: 404, code: "WKS.00010404", request_id: requestId },
      unknown_job: { status: 404, code: "WKS.00030404", request_id: requestId },
      bad_size: { status: 400, code: "WKS.0400", message: "body/volumes/0/size must be multiple of 10" },
    });
  });

  test("reads products and quotas", () => {
    expect(seen.products).toEqual([["GPSSD2", "General-purpose SSD V2", 128_000, 125]]);
    expect(seen.quotas).toEqual([
      ["general_instances", 3],
      ["volumes", 4],
      ["volume_gigabytes", 250],
    ]);
  });

  test("is refused with a wrong secret, and in a project that is not its own", () => {
    expect(seen.wrong_secret).toMatchObject({ status: 401, code: "APIGW.0301" });
    expect(seen.wrong_secret_on_workspace).toMatchObject({ status: 401, code: "APIGW.0301" });
    expect(seen.foreign_project).toMatchObject({ status: 403, code: "APIGW.0302" });
  });

  test("gets in with an identity token", () => {
    expect(seen.federated).toBe(3);
  });
});
