/** One way to install the package, with npm, the oldest Node and the oldest SDK. "npm run installation" tries all. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../scripts/repository";
import { assertFresh, languageHostBuild, providerBuild } from "../engine/freshness";

// The first run downloads Node and the SDK.
const timeout = 600_000;

test(
  "installed in a new project, a stack comes up and goes, and nothing is left",
  async () => {
    assertFresh(providerBuild);
    assertFresh(languageHostBuild);
    const script = join(repositoryRoot, "build", "scripts", "installation.js");
    const program = `require(${JSON.stringify(script)}).main(["npm"]).then(() => process.exit(), (error) => {
      console.error(error); process.exit(1); })`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { timeout });
    expect(stdout).toMatch(/^ {2}Node 20\.19\.\d+, 1 \+ 2 disks created, 0 \+ 0 left$/m);
  },
  timeout,
);
