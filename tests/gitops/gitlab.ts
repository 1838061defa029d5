/** Runs the GitLab pipeline as GitLab does, as far as a job's own script goes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { checkOut, example, Machine } from "./machine";
import type { BranchEvent, Pipelines } from "./pipelines";

/** When a job runs, in GitLab's words. */
interface Rule {
  readonly if: string;
  readonly when?: string;
  readonly allow_failure?: boolean;
}

/** A job, as far as tests look into it. */
export interface Job {
  readonly rules: readonly Rule[];
  readonly resource_group: string;
  readonly environment?: { readonly name: string; readonly on_stop?: string; readonly action?: string };
  readonly variables: Readonly<Record<string, string>>;
  readonly before_script: readonly string[];
  readonly script: readonly string[];
}

interface Settings {
  readonly interruptible: boolean;
  readonly id_tokens: Readonly<Record<string, { readonly aud: string }>>;
}

const {
  workflow,
  variables,
  ["default"]: defaults,
  ...others
} = parse(readFileSync(join(example, ".gitlab-ci.yml"), "utf8")) as Readonly<Record<string, unknown>>;

export const pipelineRules = workflow as {
  readonly auto_cancel: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
};

/** What all jobs have. */
export const common = defaults as Settings;

/** The jobs by name. */
export const jobs = Object.fromEntries(
  Object.entries(others).filter(([name]) => !name.startsWith(".")),
) as Readonly<Record<string, Job>>;

type Variables = Readonly<Record<string, string>>;

/** What GitLab says of each event. A job that stops an environment belongs to the last pipeline of its branch. */
export const events: Record<BranchEvent, (branch: string) => Variables> = {
  change: (branch) => ({
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: branch,
    CI_COMMIT_REF_NAME: "some-change",
  }),
  merge: pushed,
  gone: pushed,
  recover: pushed,
};

function pushed(branch: string): Variables {
  return { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: branch, CI_COMMIT_REF_NAME: branch };
}

/** Puts variables into a text. */
export function expand(text: string, known: Variables): string {
  return text.replaceAll(/\$(\w+)/g, (_, name: string) => known[name] ?? "");
}

/**
 * The job that an event starts. Only GitLab can evaluate its rules: a test
 * holds them to the text that means this.
 */
export function jobFor(event: BranchEvent, branch: string): string | undefined {
  const isEnvironment = branch.startsWith("env/");
  if (branch !== "main" && !isEnvironment) return undefined;
  switch (event) {
    case "change":
      return "preview";
    case "merge":
      return isEnvironment ? "up-environment" : "up";
    case "gone":
      return isEnvironment ? "destroy" : undefined;
    case "recover":
      return "recover";
  }
}

/** The default branch as a repository that can be cloned. */
function defaultBranch(): string {
  const folder = mkdtempSync(join(tmpdir(), "ci-origin-"));
  checkOut(folder);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], {
      cwd: folder,
    });
  git("init", "--quiet", "--initial-branch", "main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "All there is");
  return folder;
}

export const gitlab: Pipelines = {
  identity: "gitlab",
  async run(event, branch, surroundings, without = []) {
    const job = jobs[jobFor(event, branch) ?? ""];
    if (job === undefined) return undefined;

    const machine = await Machine.start();
    const origin = defaultBranch();
    try {
      const known: Variables = {
        ...events[event](branch),
        CI_DEFAULT_BRANCH: "main",
        CI_REPOSITORY_URL: `file://${origin}`,
        ...(variables as Variables),
      };
      const own = Object.entries(job.variables).map(([key, value]) => [key, expand(value, known)] as const);
      const env = { ...known, ...Object.fromEntries(own) };
      if (env.GIT_STRATEGY !== "none") checkOut(machine.work, surroundings.files);
      const lines = [...job.before_script, ...job.script].filter((line) => !without.includes(line.trim()));
      return await machine.run(lines.join("\n"), ["-eo", "pipefail"], {
        ...surroundings.env,
        PULUMI_BACKEND_URL: surroundings.backendUrl,
        PULUMI_CONFIG_PASSPHRASE: surroundings.passphrase,
        ...Object.fromEntries(Object.keys(common.id_tokens).map((key) => [key, surroundings.identityToken])),
        ...env,
      });
    } finally {
      rmSync(origin, { recursive: true, force: true });
      machine.close();
    }
  },
};
