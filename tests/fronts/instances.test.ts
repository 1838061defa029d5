/** Several provider instances in one program, each with its account; and engines that attach to a plugin that runs already. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bareEnvironment } from "../../scripts/pulumi/environment";
import { repositoryRoot } from "../../scripts/repository";
import { allInOneCloud, type Cloud, failed, openCloud, passed } from "../engine/cloud";
import { pluginBuild } from "../engine/freshness";
import { pluginEnvironment } from "./plugin";

jest.setTimeout(300_000);

const teams = ["blue", "green"] as const;
type Team = (typeof teams)[number];
const region = { blue: "cn-north-4", green: "eu-west-101" };
const projectId = { blue: "b0000000000000000000000000000001", green: "a0000000000000000000000000000002" };
const access = { blue: "BLUEACCESSKEY0000001", green: "GREENACCESSKEY000001" };
const secret = {
  blue: "marked-blue-secret-000000000000000000001",
  green: "marked-green-secret-00000000000000000001",
};
const accountOf = (team: Team) => ({
  domain_name: team,
  access_keys: [{ access: access[team], secret: secret[team] }],
  projects: [{ region: region[team], id: projectId[team], desktops: [{ desktop_id: `desk-${team}` }] }],
});

/** Nobody's account: what the program says counts. */
const strangers = {
  HW_REGION_NAME: "",
  HW_PROJECT_ID: "",
  HW_ACCESS_KEY: "NOBODYACCESSKEY00001",
  HW_SECRET_KEY: "no",
};

const providerOf = (team: Team, more: object) => ({
  type: "pulumi:providers:huaweicloud-workspace",
  properties: {
    region: region[team],
    projectId: projectId[team],
    accessKey: access[team],
    secretKey: secret[team],
    ...more,
  },
});
const diskOf = (team: Team, size: number) => ({
  type: "huaweicloud-workspace:DataDiskAttachment",
  properties: { desktopId: `desk-${team}`, type: "SSD", size },
  options: { provider: `\${${team}}` },
});
/** A program in YAML; YAML reads JSON. */
const yaml = (resources: object) => ({
  "Pulumi.yaml": `name: engine-test\nruntime: yaml\nresources: ${JSON.stringify(resources)}\n`,
});
/** One disk of each team, by an instance of its own; `more` is added to the configuration of both. */
const program = (size: number, more: object = {}) =>
  yaml(
    Object.fromEntries(
      teams.flatMap((team): [string, object][] => [
        [team, providerOf(team, more)],
        [`disk-${team}`, diskOf(team, size)],
      ]),
    ),
  );

describe("two accounts in two regions", () => {
  const held = allInOneCloud({
    project: { program: program(10) },
    accounts: teams.map(accountOf),
    env: { ...pluginEnvironment(), ...strangers },
  });

  test("each has its disk; the environment's account is not asked, and state has no secret in the clear", async () => {
    passed(await held.it.stack.up());
    const disks = teams.map(
      (team) =>
        held.it.emulator.desktops().find(({ desktop_id: id }) => id === `desk-${team}`)?.data_volumes.length,
    );
    expect(disks).toEqual([1, 1]);
    const state = JSON.stringify(await held.it.stack.exportState());
    for (const team of teams) {
      expect(state).toContain(projectId[team]);
      expect(state).not.toContain(secret[team]);
    }
    expect(JSON.stringify(held.it.requests())).not.toContain("NOBODYACCESSKEY");
  });

  test("preview shows no change, growth and refresh work, and destroy empties both", async () => {
    passed(await held.it.stack.preview({ args: ["--expect-no-changes"] }));
    held.it.stack.writeProgram(program(20));
    expect(passed(await held.it.stack.up())).toMatch(/2 updated/);
    passed(await held.it.stack.refresh({ args: ["--expect-no-changes"] }));
    passed(await held.it.stack.destroy());
    expect(held.it.volumes()).toEqual([]);
  });

  test("an unknown setting of an instance is refused at preview by name", async () => {
    held.it.stack.writeProgram(yaml({ blue: providerOf("blue", { regoin: "x" }) }));
    expect(failed(await held.it.stack.preview())).toMatch(/regoin/);
  });
});

describe("a plugin that runs already", () => {
  let cloud: Cloud;
  let server: ChildProcess;

  beforeAll(async () => {
    const env = pluginEnvironment();
    server = spawn(process.execPath, [join(repositoryRoot, pluginBuild.output)], {
      env: bareEnvironment(),
      stdio: ["ignore", "pipe", "ignore"],
    });
    if (server.stdout === null) throw new Error("the plugin has no output");
    const [port] = (await once(createInterface(server.stdout), "line")) as [string];
    cloud = await openCloud({
      project: { program: program(10) },
      accounts: teams.map(accountOf),
      env: { ...env, PULUMI_DEBUG_PROVIDERS: `huaweicloud-workspace:${port}` },
    });
  });
  afterAll(async () => {
    server.kill("SIGKILL");
    await cloud.close();
  });

  test("serves run after run, though each ends with a cancellation, and tells its instances apart", async () => {
    // The plugin has an environment of its own: addresses come with the program.
    const { HW_WORKSPACE_ENDPOINT: endpoint, HW_AUTH_URL: iamEndpoint } = cloud.emulator.env;
    cloud.stack.writeProgram(program(10, { endpoint, iamEndpoint }));
    passed(await cloud.stack.up());
    expect(cloud.volumes()).toHaveLength(2);
    passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));
    passed(await cloud.stack.destroy());
    expect(cloud.volumes()).toEqual([]);
  });
});
