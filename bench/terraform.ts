/**
 * Ten desktops with ten disks each once more, deleted by what people use
 * today: the Terraform provider, in which data disks are deleted by an action
 * that is given their ids.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { type Emulator, startEmulator } from "huaweicloud-workspace-emulator";
import { countCalls } from "../tests/engine/api-calls";
import { bareEnvironment } from "../scripts/pulumi/environment";
import { Contest, disksOn } from "./contest";
import { inTurn } from "./in-turn";
import { attachments } from "./programs";
import { type Figure, figure } from "./statistics";
import { DESKTOPS, DISKS, JOB_MS } from "./teardown";

const RUN_AT_MOST_MS = 300_000;

export interface TerraformRow {
  readonly name: string;
  readonly time: Figure;
  readonly calls: Figure;
  readonly conflicts: Figure;
  /** Disks still there afterwards. */
  readonly left: Figure;
  /** Runs that ended with exit code 0. */
  readonly good: number;
}

interface Run {
  readonly ms: number;
  readonly calls: number;
  readonly conflicts: number;
  readonly left: number;
  readonly good: boolean;
}

/**
 * @param folder holds the provider's binary, `terraform-provider-huaweicloud`;
 *   `terraform` is the one on the PATH
 */
export async function terraform(
  folder: string,
  rounds: number,
  say: (line: string) => void,
): Promise<TerraformRow[]> {
  const contenders = [
    { name: "Terraform, one action a disk", run: () => apply(folder, (ids) => ids.map((id) => [id])) },
    { name: "Terraform, one action a desktop", run: () => apply(folder, (ids) => [ids]) },
    { name: "DataDiskAttachment, parallelism 100", run: ours },
  ];
  const results = await inTurn(contenders, rounds, async ({ name, run }, round) => {
    const result = await run();
    say(`terraform, round ${round}: ${name}, ${(result.ms / 1000).toFixed(1)} s, ${result.left} left`);
    return result;
  });
  return results.map(({ contender: { name }, runs }) => {
    const of = (key: "ms" | "calls" | "conflicts" | "left") => figure(runs.map((run) => run[key]));
    return {
      name,
      time: of("ms"),
      calls: of("calls"),
      conflicts: of("conflicts"),
      left: of("left"),
      good: runs.filter(({ good }) => good).length,
    };
  });
}

async function ours(): Promise<Run> {
  const how = { parallel: DESKTOPS * DISKS };
  const contest = await Contest.open(attachments(DESKTOPS, DISKS), { desktops: DESKTOPS, jobTimeMs: JOB_MS });
  try {
    await contest.run("up", how);
    const { ms, calls, conflicts } = await contest.run("destroy", how);
    return { ms, calls, conflicts, left: contest.disks, good: true };
  } finally {
    await contest.close();
  }
}

/** Deletes all disks, those of a desktop split into actions like this. */
async function apply(folder: string, split: (ids: string[]) => string[][]): Promise<Run> {
  const emulator = await startEmulator({ desktops: DESKTOPS, jobTimeMs: JOB_MS });
  const project = mkdtempSync(join(tmpdir(), "terraform-"));
  try {
    const data_volumes = Array.from({ length: DISKS }, () => ({ type: "SSD", size: 10 }));
    emulator.addDesktops(emulator.desktops().map(({ desktop_id }) => ({ desktop_id, data_volumes })));
    writeFileSync(join(project, "main.tf"), program(emulator, split));
    writeFileSync(join(project, "terraform.rc"), settings(folder));
    const { ms, good } = await runTerraform(project);
    const requests = emulator.requests();
    const { conflicts } = countCalls(requests);
    return { ms, good, calls: requests.length, conflicts, left: disksOn(emulator) };
  } finally {
    rmSync(project, { recursive: true });
    await emulator.close();
  }
}

/** The binary of this folder instead of one that `terraform init` would download. */
const settings = (folder: string) => `
provider_installation {
  dev_overrides { "huaweicloud/huaweicloud" = ${JSON.stringify(resolve(folder))} }
  direct {}
}
`;

const program = (emulator: Emulator, split: (ids: string[]) => string[][]) => `
terraform {
  required_providers {
    huaweicloud = { source = "huaweicloud/huaweicloud" }
  }
}
provider "huaweicloud" {
  region     = "${emulator.env.HW_REGION_NAME}"
  access_key = "${emulator.env.HW_ACCESS_KEY}"
  secret_key = "${emulator.env.HW_SECRET_KEY}"
  project_id = "${emulator.env.HW_PROJECT_ID}"
  auth_url   = "${emulator.env.HW_AUTH_URL}"
  endpoints  = { workspace = "${emulator.url}/", iam = "${emulator.url}/" }
}
${emulator
  .desktops()
  .flatMap(({ desktop_id, data_volumes }, desktop) =>
    split(data_volumes.map(({ volume_id }) => volume_id)).map(
      (ids, action) => `
resource "huaweicloud_workspace_desktop_volume_batch_delete" "of_${desktop}_${action}" {
  desktop_id = "${desktop_id}"
  volume_ids = ${JSON.stringify(ids)}
}`,
    ),
  )
  .join("")}
`;

async function runTerraform(project: string): Promise<{ ms: number; good: boolean }> {
  const began = Date.now();
  const { failed } = await execa("terraform", ["apply", "-auto-approve", "-input=false"], {
    cwd: project,
    env: {
      ...bareEnvironment(),
      TF_CLI_CONFIG_FILE: join(project, "terraform.rc"),
      CHECKPOINT_DISABLE: "true",
    },
    extendEnv: false,
    stdio: "ignore",
    timeout: RUN_AT_MOST_MS,
    killSignal: "SIGKILL",
    reject: false,
  });
  return { ms: Date.now() - began, good: !failed };
}
