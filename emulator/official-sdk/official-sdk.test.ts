import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { dialectNames, startEmulator, type Emulator } from "../src/index";
import { sdkCache as cache } from "../src/testing/built-once";
import { desktop, testLife, tunable } from "./lifeTests";
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
  expect(seen).toEqual({
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
    "repeating-gateway": [["taken"], expect.any(Array)],
  });
  expect((seen["repeating-gateway"]?.[1] as string[]).length).toBeGreaterThan(1);
}, 480_000);

describe("the official Python SDK", () => {
  let emulator: Emulator | undefined;
  let seen: Record<string, unknown> = {};

  beforeAll(async () => {
    const python = await pythonWithSdk();
    emulator = await startEmulator({ desktops: 3, jobTimeMs: 1_000, checkAnswers: true });
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

  testLife(() => seen, tunable);

  test("is refused with a wrong secret when it signs in", () => {
    expect(seen.wrong_secret).toMatchObject({ status: 401, code: "APIGW.0301" });
  });

  test("gets in with an identity token", () => {
    expect(seen.federated).toBe(3);
  });
});
