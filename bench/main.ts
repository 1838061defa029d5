/**
 * `npm run bench`: measures ours beside the alternatives and writes
 * RESULTS.md, RESULTS.json, FRONTS.md, EMULATOR.md and timeline.svg into bench/.
 *
 *     npm run bench -- [--rounds N] [--only PART[,PART…]] [--terraform FOLDER] [--out FOLDER]
 *
 * Parts: teardown, notice, growth, idle, start, account, fronts, emulator. A part that is left out keeps
 * its place empty, so only a whole run goes into the repository. With
 * `--terraform` the Terraform provider takes part, whose binary this folder
 * holds; `terraform` itself must be on the PATH.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/version";
import { repositoryRoot } from "../scripts/repository";
import { obtainCli } from "../scripts/pulumi/obtain";
import { account } from "./account";
import { measureServers } from "./emulator";
import { emulatorPage } from "./emulator-page";
import { fronts } from "./fronts";
import { growth, growthAlone } from "./growth";
import { idle } from "./idle";
import { notice } from "./notice";
import { report, type Results } from "./report";
import { startUp } from "./start-up";
import { JOB_MS, teardown } from "./teardown";
import { terraform } from "./terraform";
import { timeline } from "./timeline";

const PARTS = ["teardown", "notice", "growth", "idle", "start", "account", "fronts", "emulator"];

/** Runs the bench. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "3" },
      only: { type: "string", default: PARTS.join(",") },
      terraform: { type: "string" },
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
  const cli = await obtainCli();
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
  const explained = join(repositoryRoot, "bench", "EXPLAINED.md");
  /** After each part: a run takes an hour, and what it has shown shall not be lost with the rest. */
  const add = (part: Partial<Results>) => {
    results = { ...results, ...part };
    write("RESULTS.json", JSON.stringify(results, null, 2) + "\n");
    write("RESULTS.md", report(results, existsSync(explained) ? readFileSync(explained, "utf8") : ""));
  };
  if (wants("notice")) add({ notice: await notice() });
  if (wants("start")) add({ startUp: await startUp(Math.max(5, rounds)) });
  if (wants("account")) add({ account: await account(rounds, say) });
  if (wants("idle")) add({ idle: await idle(100, rounds, say) });
  if (values.terraform !== undefined) add({ terraform: await terraform(values.terraform, rounds, say) });
  if (wants("growth")) {
    const alone = await growthAlone([1, 10, 100, 1_000], say);
    add({ growth: [...(await growth([1, 10, 100], say)), ...alone] });
  }
  if (wants("teardown")) {
    const { rows, drawn } = await teardown(rounds, say);
    write(
      "timeline.svg",
      timeline(drawn.map(({ name, taken }) => ({ title: name, jobMs: JOB_MS, ...taken }))),
    );
    add({ teardown: rows });
  }
  if (wants("emulator")) {
    const { date, machine } = results;
    write("EMULATOR.md", emulatorPage({ date, machine, ...(await measureServers(rounds, say)) }));
  }
  // A page of its own: it compares ours with ours.
  if (wants("fronts")) write("FRONTS.md", await fronts(rounds, say));
  say(`written: ${join(values.out, "RESULTS.md")}`);
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
