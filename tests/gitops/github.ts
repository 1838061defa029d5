/** Runs the GitHub Actions workflow as GitHub does, as far as a job's own steps go. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parse } from "yaml";
import { type Contexts, holds, interpolate } from "./github-expressions";
import { checkOut, example, type Ended, Machine } from "./machine";
import type { BranchEvent, Pipelines } from "./pipelines";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly run?: string;
}

/** The workflow, as far as tests look into it. */
export interface Workflow {
  readonly on: Readonly<Record<string, { readonly branches?: readonly string[] } | null>>;
  readonly concurrency: Readonly<Record<string, unknown>> & { readonly group: string };
  readonly permissions: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly defaults: { readonly run: { readonly shell: string } };
  readonly jobs: Readonly<Record<string, { readonly if?: string; readonly steps: readonly Step[] }>>;
}

export const workflow = parse(
  readFileSync(join(example, ".github", "workflows", "disks.yml"), "utf8"),
) as Workflow;

/** What GitHub says of each event. */
export const events: Record<BranchEvent, (branch: string) => Contexts> = {
  change: (branch) => ({
    event_name: "pull_request",
    ref_name: "7/merge",
    base_ref: branch,
    head_ref: "some-change",
    repository: "acme/disks",
    event: { pull_request: { head: { repo: { full_name: "acme/disks" } } } },
  }),
  merge: (branch) => ({ event_name: "push", ref_name: branch, event: { ref: `refs/heads/${branch}` } }),
  gone: (branch) => ({ event_name: "delete", ref_name: "main", event: { ref: branch, ref_type: "branch" } }),
  recover: (branch) => ({
    event_name: "workflow_dispatch",
    ref_name: branch,
    event: { ref: `refs/heads/${branch}` },
  }),
};

/** The group that a run waits in. */
export function groupOf(event: BranchEvent, branch: string): string {
  return interpolate(workflow.concurrency.group, { github: events[event](branch) });
}

/** What the runner does itself: the tests do it in its place. */
const provided = ["actions/checkout", "actions/setup-node", "pulumi/actions"];

/** Answers requests for identity tokens, as GitHub does for a job that may write them. */
async function tokenService(token: string) {
  const server = createServer((request, response) => {
    const audience = new URL(request.url ?? "", "http://localhost").searchParams.get("audience");
    const allowed = request.headers.authorization === "bearer of-the-job" && audience === "huaweicloud";
    response.statusCode = allowed ? 200 : 401;
    response.end(JSON.stringify(allowed ? { value: token } : { message: "not for you" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job",
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Runs what the event asks for, up to the first step that fails. `without` leaves steps out, by what they run. */
export const github: Pipelines = {
  identity: "github",
  async run(event, branch, surroundings, without = []) {
    const contexts: Contexts = {
      github: events[event](branch),
      vars: { PULUMI_BACKEND_URL: surroundings.backendUrl },
      secrets: { PULUMI_CONFIG_PASSPHRASE: surroundings.passphrase },
    };
    const steps = Object.values(workflow.jobs)
      .filter((job) => holds(job.if, contexts))
      .flatMap((job) => job.steps)
      .filter((step) => holds(step.if, contexts));
    if (steps.length === 0) return undefined;

    const machine = await Machine.start();
    const tokens = await tokenService(surroundings.identityToken);
    try {
      checkOut(machine.work, event === "gone" ? {} : surroundings.files);
      return await runSteps(
        steps.filter(({ run }) => run === undefined || !without.includes(run.trim())),
        machine,
        { ...surroundings.env, ...tokens.env, ...workflowEnv(contexts) },
      );
    } finally {
      await tokens.close();
      machine.close();
    }
  },
};

function workflowEnv(contexts: Contexts): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(workflow.env).map(([name, value]) => [name, interpolate(value, contexts)]),
  );
}

async function runSteps(steps: readonly Step[], machine: Machine, env: NodeJS.ProcessEnv): Promise<Ended> {
  const kept = join(machine.temp, "env");
  writeFileSync(kept, "");
  const flags =
    workflow.defaults.run.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
  let output = "";
  for (const { uses, run } of steps) {
    if (uses !== undefined && !provided.includes(uses.replace(/@.*/, "")))
      throw new Error(`unknown: ${uses}`);
    if (run === undefined) continue;
    const fromSteps = readFileSync(kept, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
    const ended = await machine.run(run, flags, {
      ...env,
      ...Object.fromEntries(fromSteps),
      GITHUB_ENV: kept,
      RUNNER_TEMP: machine.temp,
    });
    output += ended.output;
    if (ended.code !== 0) return { code: ended.code, output };
  }
  return { code: 0, output };
}
