/** The official SDKs for Java and Go live a whole life of data disks, without a special case in the emulator. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator, type Emulator } from "../src/index";
import { builtOnce } from "../src/testing/built-once";
import { desktop, type LifeFacts, testLife, tunable } from "./lifeTests";

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

/** What the SDK for Java can do, which is older. */
const plain: LifeFacts = {
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
function describeClient(name: string, obtain: () => Promise<Life>, facts: LifeFacts): void {
  describe(`the official SDK for ${name}`, () => {
    let emulator: Emulator | undefined;
    let seen: Record<string, unknown> = {};

    beforeAll(async () => {
      const [program, ...args] = await obtain();
      emulator = await startEmulator({ desktops: 3, jobTimeMs: 1_000, checkAnswers: true });
      const { stdout } = await run(program, [...args, emulator.url, desktop], {
        env: { PATH: process.env.PATH, ...emulator.env },
        timeout: 120_000,
      });
      seen = JSON.parse(stdout) as Record<string, unknown>;
    }, 1_500_000);
    afterAll(() => emulator?.close());
    testLife(() => seen, facts);
  });
}

describeClient("Java", javaLife, plain);
// The first time, Go compiles the whole package of Workspace, which takes minutes; then its cache has it.
describeClient("Go", goLife, tunable);
