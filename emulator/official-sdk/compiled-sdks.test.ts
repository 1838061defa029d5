/** The official SDKs for Java and Go live a whole life of data disks, without a special case in the emulator. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator, type Emulator } from "../src/index";
import { builtOnce } from "../src/testing/built-once";

const run = promisify(execFile);

/** A program, and its first arguments. */
type Life = readonly [program: string, ...args: string[]];

const filesIn = (folder: string) => readdirSync(folder).map((name) => join(folder, name));

async function javaLife(): Promise<Life> {
  const sources = join(__dirname, "java");
  const build = async (folder: string): Promise<void> => {
    const copy = ["dependency:copy-dependencies", `-DoutputDirectory=${join(folder, "lib")}`];
    await run("mvn", ["--quiet", "--batch-mode", ...copy], { cwd: sources, timeout: 300_000 });
    const options = ["-cp", join(folder, "lib", "*"), "-d", join(folder, "classes")];
    await run("javac", [...options, join(sources, "Life.java")], { timeout: 120_000 });
  };
  const need =
    "The official SDK for Java is needed for this test: install JDK 17 and Maven " +
    "(Debian and Ubuntu: apt-get install openjdk-17-jdk-headless maven), and let Maven reach Maven Central.";
  const home = await builtOnce(filesIn(sources), build, need);
  return ["java", "-cp", [join(home, "classes"), join(home, "lib", "*")].join(":"), "Life"];
}

async function goLife(): Promise<Life> {
  const sources = join(__dirname, "go");
  const build = async (folder: string): Promise<void> => {
    const args = ["build", "-trimpath", "-buildvcs=false", "-o", join(folder, "life"), "."];
    await run("go", args, { cwd: sources, timeout: 1_200_000 });
  };
  const need =
    "The official SDK for Go is needed for this test: install Go 1.26 or newer (https://go.dev/doc/install), " +
    "and let it reach a module proxy.";
  return [join(await builtOnce(filesIn(sources), build, need), "life")];
}

const desktop = "d0000000-0000-4000-8000-000000000001";
/** What the SDK for Java can do, which is older. */
const plain = {
  kind: "GPSSD",
  afterAdd: [
    { type: "GPSSD", size: 10 },
    { type: "SSD", size: 20 },
  ],
  afterChanges: [
    { type: "GPSSD", size: 10 },
    { type: "SAS", size: 40 },
    { type: "SSD", size: 30 },
  ],
  products: [["GPSSD", "General-purpose SSD"]],
};
const tunable = {
  kind: "GPSSD2",
  afterAdd: [
    { type: "GPSSD2", size: 10, iops: 3000, throughput: 125, kms_id: null },
    { type: "SSD", size: 20, iops: null, throughput: null, kms_id: "key-1" },
  ],
  afterChanges: [
    { type: "GPSSD2", size: 10, iops: 4000, throughput: 200, kms_id: null },
    { type: "SAS", size: 40, iops: null, throughput: null, kms_id: null },
    { type: "SSD", size: 30, iops: null, throughput: null, kms_id: "key-1" },
  ],
  products: [["GPSSD2", "General-purpose SSD V2", 128_000, 125]],
};

// Go compiles the whole package of Workspace, which takes a minute and more.
const clients = [
  ["Java", javaLife, plain],
  ...(process.env.NIGHTLY === "true" ? ([["Go", goLife, tunable]] as const) : []),
] as const;

describe.each(clients)("the official SDK for %s", (_, obtain, { kind, afterAdd, afterChanges, products }) => {
  let emulator: Emulator | undefined;
  let seen: Record<string, unknown> = {};

  beforeAll(async () => {
    const [program, ...args] = await obtain();
    emulator = await startEmulator({ desktops: 3, jobTimeMs: 60, checkAnswers: true });
    const { stdout } = await run(program, [...args, emulator.url, desktop], {
      env: { PATH: process.env.PATH, ...emulator.env },
      timeout: 120_000,
    });
    seen = JSON.parse(stdout) as Record<string, unknown>;
  }, 1_500_000);
  afterAll(() => emulator?.close());

  test("finds its project, and lists desktops", () => {
    expect(seen).toMatchObject({ listed: [[desktop, "ACTIVE", 80]], total: 1 });
  });

  test("adds disks, waits for the job and reads them back", () => {
    expect(seen.added).toEqual(["SUCCESS", 1, "SUCCESS", desktop]);
    expect(seen.after_add).toEqual(afterAdd);
    expect(seen.added_many).toBe("SUCCESS");
  });

  test("expands disks, and changes the QoS of one that has it", () => {
    expect(seen).toMatchObject({ expanded: "SUCCESS", expanded_one: "SUCCESS" });
    expect(seen.qos).toBe(kind === "GPSSD2" ? "SUCCESS" : undefined);
    expect(seen.after_changes).toEqual(afterChanges);
  });

  test("deletes disks, and is refused while it does", () => {
    expect(seen.conflict).toMatchObject({ status: 409, code: "WKS.00010032" });
    expect(seen.deleted).toBe("SUCCESS");
    expect(seen.after_delete).toMatchObject([{ type: kind }]);
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
    expect(seen.products).toEqual(products);
    expect(seen.quotas).toEqual([
      ["general_instances", 3],
      ["volumes", 4],
      ["volume_gigabytes", 250],
    ]);
  });

  test("is refused with a wrong secret, and in a project that is not its own", () => {
    expect(seen.wrong_secret_on_workspace).toMatchObject({ status: 401, code: "APIGW.0301" });
    expect(seen.foreign_project).toMatchObject({ status: 403, code: "APIGW.0302" });
  });
});
