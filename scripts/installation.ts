/** Packs the package and installs it in every way that must work; see installation/matrix.ts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { liveThrough } from "./installation/life";
import { describeInstallation, installations } from "./installation/matrix";
import { packTarball } from "./installation/pack";
import { obtainCli } from "./pulumi/obtain";

async function main(wanted: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tarball-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const cli = await obtainCli(console.error.bind(console));
  const tarball = await packTarball(folder);
  for (const installation of installations) {
    if (wanted.length > 0 && !wanted.includes(installation.manager)) continue;
    console.log(`\n${describeInstallation(installation)}`);
    const { node, pulumi, made, left, seconds } = await liveThrough(installation, tarball.file, cli);
    console.log(
      `  Node ${node}, @pulumi/pulumi ${pulumi}: ${made.join(" + ")} disks made, ${left.join(" + ")} left;` +
        ` installed in ${seconds.install.toFixed(1)} s, lived ${seconds.stack.toFixed(1)} s`,
    );
    if (made.join() !== "1,2" || left.join() !== "0,0") {
      throw new Error("1 + 2 disks should have been made, and none left");
    }
  }
  process.exit(0);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
