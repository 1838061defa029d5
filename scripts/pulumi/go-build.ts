import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runBounded } from "../owned-process";
import { repositoryRoot } from "../repository";
import { placeLauncher } from "./launcher";
import { findOnPath } from "./path";
import { wantedVersion } from "./version";

const longestBuild = 60 * 60_000;
const reportInterval = 15_000;
const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/** The arguments of `go` that build the CLI. */
export function buildArguments(output: string): string[] {
  const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${wantedVersion}`;
  return ["build", "-v", "-trimpath", "-ldflags", `-s -w -X ${version}`, "-o", output, command];
}

/** Follows the lines of `go build -v`: modules as they are loaded, then packages as they are compiled. */
export class BuildProgress {
  private modules = 0;
  private packages = 0;
  private last = "";

  /** Takes one line. */
  add(line: string): void {
    const module = /^go: downloading (\S+)/.exec(line)?.[1];
    if (module !== undefined) {
      this.modules += 1;
      this.last = module;
    } else if (/^[\w.-]+(?:\/\S+)?$/.test(line)) {
      this.packages += 1;
      this.last = line;
    }
  }

  /** Says in one line how far it is. */
  describe(elapsed: number): string {
    const seconds = Math.round(elapsed / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (this.packages > 0) {
      const doing = this.last === command ? "linking" : `last ${this.last}`;
      return `${time}  ${this.packages} packages compiled, ${doing}`;
    }
    return this.modules > 0
      ? `${time}  ${this.modules} modules loaded, last ${this.last}`
      : `${time}  starting`;
  }
}

/** Builds the CLI from its public Go modules into `bin` of a staging folder, and says how far it is. */
export async function buildCli(staging: string, log: (line: string) => void): Promise<void> {
  const go = findOnPath(process.platform === "win32" ? "go.exe" : "go", process.env.PATH);
  if (go === undefined) {
    throw new Error("no go on PATH");
  }
  const bin = join(staging, "bin");
  // An ended `go` leaves its temporary files: they go with the staging folder.
  const temporary = join(staging, "tmp");
  mkdirSync(bin, { recursive: true });
  mkdirSync(temporary, { recursive: true });
  const progress = new BuildProgress();
  const started = performance.now();
  const report = setInterval(() => {
    log(`  ${progress.describe(performance.now() - started)}`);
  }, reportInterval);
  try {
    await runBounded(go, buildArguments(join(bin, process.platform === "win32" ? "pulumi.exe" : "pulumi")), {
      cwd: join(repositoryRoot, "scripts", "pulumi-cli"),
      env: { ...process.env, CGO_ENABLED: "0", GOTMPDIR: temporary },
      timeout: longestBuild,
      onLine: (line) => {
        progress.add(line);
      },
    });
  } finally {
    clearInterval(report);
  }
  placeLauncher(bin);
}
