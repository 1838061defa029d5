/**
 * `npm run bench`: measures ours beside the alternatives and writes
 * RESULTS.md, RESULTS.json and timeline.svg into bench/.
 *
 *     npm run bench -- [--rounds N] [--only PART[,PART…]] [--out FOLDER]
 *
 * Parts: teardown, notice, growth, idle, start. A part that is left out keeps
 * its place empty, so only a whole run goes into the repository.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/version";
import { repositoryRoot } from "../scripts/repository";
import { testCli } from "../tests/engine/pulumi";
import { growth, growthAlone } from "./growth";
import { idle } from "./idle";
import { notice } from "./notice";
import { report, type Results } from "./report";
import { startUp } from "./start-up";
import { JOB_MS, teardown } from "./teardown";
import { timeline } from "./timeline";

const PARTS = ["teardown", "notice", "growth", "idle", "start"];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "3" },
      only: { type: "string", default: PARTS.join(",") },
      out: { type: "string", default: join(repositoryRoot, "bench") },
    },
  });
  const rounds = Number(values.rounds);
  const parts = values.only.split(",");
  const unknown = parts.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0)
    throw new Error(`no such part: ${unknown.join(", ")}; there are ${PARTS.join(", ")}`);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number from 1 on");
  const say = (line: string) => {
    console.error(line);
  };
  const cli = await testCli();
  const wants = (part: string) => parts.includes(part);

  mkdirSync(values.out, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(join(values.out, name), text);
  };
  let results: Results = {
    date: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`,
    versions: {
      "pulumi-huaweicloud-workspace": ownVersion(),
      Pulumi: cli.version,
      "@pulumi/pulumi": sdkVersion,
      "Node.js": process.versions.node,
    },
    rounds,
  };
  if (wants("notice")) results = { ...results, notice: await notice() };
  if (wants("start")) results = { ...results, startUp: await startUp(Math.max(5, rounds)) };
  if (wants("teardown")) {
    const { rows, drawn } = await teardown(rounds, say);
    results = { ...results, teardown: rows };
    write(
      "timeline.svg",
      timeline(drawn.map(({ name, taken }) => ({ title: name, jobMs: JOB_MS, ...taken }))),
    );
  }
  if (wants("growth")) {
    const alone = await growthAlone([1, 10, 100, 1_000], say);
    results = { ...results, growth: [...(await growth([1, 10, 100], say)), ...alone] };
  }
  if (wants("idle")) results = { ...results, idle: await idle(100, rounds, say) };

  const explained = join(repositoryRoot, "bench", "EXPLAINED.md");
  write("RESULTS.json", JSON.stringify(results, null, 2) + "\n");
  write("RESULTS.md", report(results, existsSync(explained) ? readFileSync(explained, "utf8") : ""));
  say(`written: ${join(values.out, "RESULTS.md")}`);
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
