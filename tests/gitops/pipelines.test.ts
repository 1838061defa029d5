/**
 * The pipelines that people copy: their own shell steps, run by bash with the
 * real CLI on the emulator. Only what a runner provides is stood in for.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { type Emulator, startEmulator } from "huaweicloud-workspace-emulator";
import { desktopId } from "../engine/cloud";
import { assertFresh, languageHostBuild, providerBuild } from "../engine/freshness";
import { events, github, groupOf, workflow } from "./github";
import { type Contexts, holds } from "./github-expressions";
import { common, events as pipelineEvents, expand, gitlab, jobFor, jobs, pipelineRules } from "./gitlab";
import { testNightly } from "../nightly";
import { type Ended, example } from "./machine";
import type { BranchEvent, Pipelines, Surroundings } from "./pipelines";

jest.setTimeout(240_000);

describe.each([
  ["GitHub Actions", github],
  ["GitLab", gitlab],
])("%s", (_, pipelines: Pipelines) => {
  // What goes wrong is tried with one system; with each of them by "npm run test:nightly".
  const whenAll = pipelines === github ? test : testNightly;
  let emulator: Emulator;
  let backend: string;
  let surroundings: Surroundings;

  beforeAll(async () => {
    assertFresh(providerBuild);
    assertFresh(languageHostBuild);
    const identityToken = `identity-token-of-${pipelines.identity}`;
    emulator = await startEmulator({
      jobTimeMs: 1_500,
      accounts: [
        {
          domain_name: "acme",
          identity_providers: [{ id: pipelines.identity, id_tokens: [identityToken] }],
          projects: [{ region: "cn-north-4", desktops: [{ desktop_id: desktopId(1) }] }],
        },
      ],
    });
    backend = mkdtempSync(join(tmpdir(), "ci-backend-"));
    surroundings = {
      backendUrl: pathToFileURL(backend).href,
      passphrase: "only for stacks that are thrown away",
      identityToken,
      env: {
        HW_WORKSPACE_ENDPOINT: emulator.url,
        HW_AUTH_URL: emulator.url,
        // The example's types are checked with everything else.
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      },
      files: { "Pulumi.env-demo.yaml": `config:\n  gitops:desktopId: ${desktopId(1)}\n` },
    };
  });

  afterAll(async () => {
    await emulator.close();
    rmSync(backend, { recursive: true, force: true });
  });

  const run = async (event: BranchEvent, without?: string[]): Promise<Ended> => {
    const ended = await pipelines.run(event, "env/demo", surroundings, without);
    if (ended === undefined) throw new Error("no job for it");
    return ended;
  };
  const passed = ({ code, output }: Ended): string => {
    if (code !== 0) throw new Error(`ended with ${String(code)}:\n${output}`);
    return output;
  };
  const disks = () => emulator.desktops().flatMap(({ data_volumes: volumes }) => volumes);
  const stacks = () =>
    readdirSync(join(backend, ".pulumi", "stacks", "gitops")).filter((name) => name.endsWith(".json"));
  const writes = () =>
    emulator.requests().filter(({ method, path }) => method !== "GET" && path.startsWith("/v2/"));

  // The tests are one branch's life, in this order.

  test("a change is previewed and nothing is made", async () => {
    const output = passed(await run("change"));
    expect(output).toMatch(/\+ 2 to create/);
    expect(writes()).toEqual([]);
  });

  test("a merge brings the disks up, signed in by identity token alone", async () => {
    passed(await run("merge"));
    expect(disks().map(({ size }) => size)).toEqual(expect.arrayContaining([100, 500]));
    expect(disks()).toHaveLength(2);
    const signIns = emulator
      .requests()
      .filter(({ method, path }) => method === "POST" && path.startsWith("/v3"));
    expect(new Set(signIns.map(({ path }) => path))).toEqual(
      new Set(["/v3.0/OS-AUTH/id-token/tokens", "/v3.0/OS-CREDENTIAL/securitytokens"]),
    );
  });

  whenAll(
    "a lock that a cancelled run has left stops the next one, until somebody recovers the stack",
    async () => {
      const locks = join(backend, ".pulumi", "locks", "organization", "gitops", "env-demo");
      mkdirSync(locks, { recursive: true });
      const lock = { pid: 1, username: "runner", hostname: "gone", timestamp: new Date().toISOString() };
      writeFileSync(join(locks, "5d0ab3a3-2b1e-4e0c-9f0e-6f1f4a3f2b11.json"), JSON.stringify(lock));

      const { code, output } = await run("gone");
      expect(code).not.toBe(0);
      expect(output).toMatch(/currently locked/);
      expect(disks()).toHaveLength(2);

      expect(passed(await run("recover"))).toMatch(/unchanged/);
      expect(readdirSync(locks)).toEqual([]);
    },
  );

  whenAll(
    "where a run was lost while it made a disk, the next one stops before it buys it again or leaves it behind",
    async () => {
      const file = join(backend, ".pulumi", "stacks", "gitops", "env-demo.json");
      const state = readFileSync(file, "utf8");
      const lost = JSON.parse(state) as {
        checkpoint: { latest: { resources: unknown[]; pending_operations?: object[] } };
      };
      const { latest } = lost.checkpoint;
      latest.pending_operations = [{ resource: latest.resources.at(-1), type: "creating" }];
      writeFileSync(file, JSON.stringify(lost));

      const before = writes().length;
      for (const event of ["merge", "gone"] as const) {
        const { code, output } = await run(event);
        expect(code).not.toBe(0);
        expect(output).toMatch(/pending create: urn:pulumi:env-demo::gitops::.*::disks/);
      }
      expect(writes()).toHaveLength(before);
      writeFileSync(file, state);
    },
  );

  whenAll("without the packages a destroy fails, and nothing is lost", async () => {
    const { code, output } = await run("gone", ["npm ci"]);
    expect(code).not.toBe(0);
    expect(output).toMatch(/@pulumi\/pulumi|Cannot find module/);
    expect(disks()).toHaveLength(2);
    expect(stacks()).toEqual(["env-demo.json"]);
  });

  test("when the branch goes, the disks and the stack go", async () => {
    passed(await run("gone"));
    expect(disks()).toEqual([]);
    expect(stacks()).toEqual([]);
  });

  test.each(["env/Demo", "env/a/b", "env/"])(
    "branch %s, which could share another's stack, is refused",
    async (branch) => {
      const ended = await pipelines.run("merge", branch, surroundings);
      expect(ended?.code).toBe(1);
      expect(ended?.output).toContain(`${branch}: only a-z, 0-9 and - after env/`);
    },
  );

  test("main is never destroyed, and other branches have no part in it", async () => {
    expect(await pipelines.run("gone", "main", surroundings)).toBeUndefined();
    expect(await pipelines.run("gone", "some-change", surroundings)).toBeUndefined();
  });
});

const happenings: BranchEvent[] = ["change", "merge", "gone", "recover"];

describe("the GitHub Actions workflow", () => {
  test("GitHub's own parser has nothing to say", () => {
    const file = join(example, ".github", "workflows", "disks.yml");
    const content = readFileSync(file, "utf8");
    const parse = (text: string) =>
      parseWorkflow({ name: file, content: text }, new NoOperationTraceWriter()).context.errors.getErrors();
    expect(parse(content).map(({ message }) => message)).toEqual([]);
    expect(parse(content.replace("runs-on:", "run-on:"))).not.toEqual([]);
  });

  test("all runs for a branch wait in one queue, and none is cancelled or dropped", () => {
    const groups = happenings.map((event) => groupOf(event, "env/demo"));
    expect(new Set(groups)).toEqual(new Set(["disks-env/demo"]));
    expect(groupOf("merge", "main")).toBe("disks-main");
    expect(workflow.concurrency).toMatchObject({ "cancel-in-progress": false, queue: "max" });
  });

  test("it starts for each of these events, and may ask for an identity token and read, nothing else", () => {
    const branches = ["main", "env/*"];
    expect(workflow.on).toEqual({
      pull_request: { branches },
      push: { branches },
      delete: null,
      workflow_dispatch: null,
    });
    expect(workflow.permissions).toEqual({ contents: "read", "id-token": "write" });
  });

  test("a pull request from a fork and a deleted tag start nothing", () => {
    const github = events.change("main");
    const fork = { pull_request: { head: { repo: { full_name: "somebody/disks" } } } };
    const tag = { ref: "env/demo", ref_type: "tag" };
    const starts = (event: Contexts) => holds(workflow.jobs.disks?.if, { github: event });
    expect(starts(github)).toBe(true);
    expect(starts({ ...github, event: fork })).toBe(false);
    expect(starts(events.gone("env/demo"))).toBe(true);
    expect(starts({ ...events.gone("env/demo"), event: tag })).toBe(false);
  });

  test("no long-lived key of the cloud is in it", () => {
    expect(JSON.stringify(workflow)).not.toMatch(/ACCESS_KEY|SECRET_KEY|AUTH_TOKEN|PASSWORD/);
  });
});

describe("the GitLab pipeline", () => {
  test("all jobs for a branch name one resource group", () => {
    const groups = happenings.map((event) =>
      expand(jobs[jobFor(event, "env/demo") ?? ""]?.resource_group ?? "", pipelineEvents[event]("env/demo")),
    );
    expect(groups).toEqual(Array(4).fill("disks/env/demo"));
    expect(Object.values(jobs).every((job) => job.resource_group.startsWith("disks/$"))).toBe(true);
  });

  test("no job is cancelled for a newer one", () => {
    expect(common.interruptible).toBe(false);
    expect(Object.values(jobs).filter((job) => "interruptible" in job)).toEqual([]);
    expect(pipelineRules.auto_cancel).toEqual({ on_new_commit: "none" });
  });

  test("each event starts its job by these rules; main has an environment that nothing stops", () => {
    const pushed = '$CI_PIPELINE_SOURCE != "merge_request_event"';
    const toEnvironment = `${pushed} && $CI_COMMIT_BRANCH =~ /^env\\//`;
    // By hand, or the pipeline would wait for somebody to press it.
    const byHand = { when: "manual", allow_failure: true };
    expect(Object.fromEntries(Object.entries(jobs).map(([name, { rules }]) => [name, rules]))).toEqual({
      preview: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }],
      up: [{ if: `${pushed} && $CI_COMMIT_BRANCH == "main"` }],
      "up-environment": [{ if: toEnvironment }],
      destroy: [{ if: toEnvironment, ...byHand }],
      recover: [{ if: pushed, ...byHand }],
    });
    expect(pipelineRules.rules).toEqual([
      {
        if: '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME =~ /^(main$|env\\/)/',
      },
      { if: `${pushed} && $CI_COMMIT_BRANCH =~ /^(main$|env\\/)/` },
    ]);
    expect(jobs.up?.environment).toEqual({ name: "$CI_COMMIT_REF_NAME" });
    expect(jobs["up-environment"]?.environment?.on_stop).toBe("destroy");
    expect(jobs.destroy?.environment).toEqual({
      name: jobs["up-environment"]?.environment?.name,
      action: "stop",
    });
  });

  test("the identity token comes in the variable that the provider reads, and no long-lived key is in it", () => {
    expect(common.id_tokens).toEqual({ HW_ASSUME_ROLE_ID_TOKEN: { aud: "huaweicloud" } });
    expect(JSON.stringify([common, jobs])).not.toMatch(/ACCESS_KEY|SECRET_KEY|AUTH_TOKEN|PASSWORD/);
  });
});
