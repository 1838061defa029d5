/** Compiles bench/, which needs more than the other scripts, and runs it. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "./repository";
import { obtainCli } from "./pulumi/obtain";

async function main(): Promise<number> {
  await obtainCli(console.error.bind(console));
  const compiler = require.resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", "tsconfig.bench.json"], {
    cwd: repositoryRoot,
    stdio: "inherit",
  });
  const bench = join(repositoryRoot, "build", "bench", "main.js");
  return (
    spawnSync(process.execPath, [bench, ...process.argv.slice(2)], { cwd: repositoryRoot, stdio: "inherit" })
      .status ?? 1
  );
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
