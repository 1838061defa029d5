/**
 * Stacks that one Node process runs side by side (Pulumi's Automation API, inline
 * programs): two on one desktop, and a third in another cloud that has a desktop
 * of the same id. What belongs to one never reaches another.
 */
import { type Emulator, startEmulator } from "huaweicloud-workspace-emulator";
import { desktopId, otherReadings, passed } from "./cloud";
import { openStack, type TestStack } from "./pulumi";

jest.setTimeout(240_000);

/** Runs `{ stack: operation }` side by side; prints the outputs and the changes of each, by stack. */
const program = `
const pulumi = require("@pulumi/pulumi");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { DataDiskAttachment, DesktopDataDisks, getDesktop, getDesktopOutput } = require("pulumi-huaweicloud-workspace");
const [, , operations, configs] = process.argv;
const desktopId = ${JSON.stringify(desktopId(1))};

// The same program for all: only the configuration of the stack differs.
const program = async () => {
  const early = await getDesktop({ desktopId });
  const config = new pulumi.Config();
  const [type, size] = [config.require("type"), config.requireNumber("size")];
  const single = new DataDiskAttachment("single", { desktopId, type, size });
  const set = new DesktopDataDisks("set", { desktopId, disks: { data: { type, size } } });
  const late = getDesktopOutput({ desktopId: single.volumeId.apply(() => desktopId) });
  return { single: single.volumeId, set: set.volumeIds.data, early: early.computerName, late: late.computerName };
};

async function run([stackName, operation]) {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName, projectName: "engine-test", program },
    { workDir: __dirname },
  );
  const config = JSON.parse(configs)[stackName];
  const values = Object.entries(config).map(([key, value]) =>
    [key, { value, secret: key.endsWith(":secretKey") }]);
  await stack.setAllConfig(Object.fromEntries(values));
  const { summary, outputs = {} } = await stack[operation]();
  const shown = Object.entries(outputs).map(([key, { value }]) => [key, value]);
  return [stackName, { changes: summary.resourceChanges, ...Object.fromEntries(shown) }];
}

Promise.all(Object.entries(JSON.parse(operations)).map(run)).then(
  (results) => console.log("RESULT " + JSON.stringify(Object.fromEntries(results))),
  (error) => { console.error(error); process.exitCode = 1; },
);
`;

interface Result {
  readonly changes: Readonly<Record<string, number>>;
  readonly single?: string;
  readonly set?: string;
  readonly early?: string;
  readonly late?: string;
}

const clouds: Emulator[] = [];
let stack: TestStack | undefined;
let configs: Record<string, Record<string, string>>;

/** A cloud whose only desktop has this name, and an account of its own. */
async function startCloud(name: string): Promise<Emulator> {
  const cloud = await startEmulator({
    dialects: otherReadings,
    maxLagMs: 500,
    jobTimeMs: 1_500,
    accounts: [
      {
        domain_name: name,
        access_keys: [{ access: `KEY${name}`, secret: `secret-of-${name}` }],
        projects: [{ region: "cn-north-4" }],
      },
    ],
  });
  clouds.push(cloud);
  cloud.addDesktops([{ desktop_id: desktopId(1), computer_name: name }]);
  return cloud;
}

/**
 * One of two stacks that add disks of one type in the same second may be refused: a larger disk may be a smaller one
 * that somebody has grown. So each has a type and a size of its own.
 */
function configOf({ env }: Emulator, type: string, size: number): Record<string, string> {
  const settings = {
    region: env.HW_REGION_NAME,
    projectId: env.HW_PROJECT_ID,
    endpoint: env.HW_WORKSPACE_ENDPOINT,
    iamEndpoint: env.HW_AUTH_URL,
    accessKey: env.HW_ACCESS_KEY,
    secretKey: env.HW_SECRET_KEY,
  };
  const ours = Object.entries(settings).map(([key, value]) => [`huaweicloud-workspace:${key}`, value]);
  const disk = { "engine-test:type": type, "engine-test:size": String(size) };
  return { ...(Object.fromEntries(ours) as Record<string, string>), ...disk };
}

beforeAll(async () => {
  const [near, far] = [await startCloud("NEAR"), await startCloud("FAR")];
  configs = {
    one: configOf(near, "SSD", 20),
    two: configOf(near, "SAS", 30),
    three: configOf(far, "SSD", 40),
  };
  stack = await openStack({ project: { program } });
});

afterAll(async () => {
  stack?.close();
  await Promise.all(clouds.map((cloud) => cloud.close()));
});

async function run(operations: Readonly<Record<string, "up" | "destroy">>): Promise<Record<string, Result>> {
  const args = ["index.js", JSON.stringify(operations), JSON.stringify(configs)];
  const ended = await stack?.runProgram(process.execPath, args);
  const printed = ended && /^RESULT (.*)$/m.exec(passed(ended))?.[1];
  return JSON.parse(printed ?? "{}") as Record<string, Result>;
}

const volumesIn = (cloud: Emulator | undefined) =>
  (cloud?.desktops() ?? []).flatMap(({ data_volumes: disks }) => disks);
const disksIn = (cloud: Emulator | undefined) =>
  volumesIn(cloud)
    .map(({ volume_id: id }) => id)
    .sort();

let made: Record<string, Result>;
const disksOf = (...names: string[]) =>
  names.flatMap((name) => [made[name]?.single ?? "", made[name]?.set ?? ""]).sort();

test("each stack gets disks of its own, in the cloud of its own configuration", async () => {
  made = await run({ one: "up", two: "up", three: "up" });

  expect(disksIn(clouds[0])).toEqual(disksOf("one", "two"));
  expect(disksIn(clouds[1])).toEqual(disksOf("three"));
  const sizes = Object.fromEntries(
    clouds.flatMap(volumesIn).map(({ volume_id: id, size }) => [id, size] as const),
  );
  const ofEach = ["one", "two", "three"].map((name) => disksOf(name).map((id) => sizes[id]));
  expect(ofEach).toEqual([
    [20, 20],
    [30, 30],
    [40, 40],
  ]);
});

test("look-ups are answered by the cloud of their stack, at once and after a resource", () => {
  const seen = Object.entries(made).map(([name, { early, late }]) => [name, early, late]);
  expect(seen).toEqual([
    ["one", "NEAR", "NEAR"],
    ["two", "NEAR", "NEAR"],
    ["three", "FAR", "FAR"],
  ]);
});

test("no request carries the credentials of another stack", () => {
  const statuses = clouds.flatMap((cloud) => cloud.requests().map(({ status }) => status));
  expect(statuses).not.toContain(401);
});

test("the destroy of one stack leaves the others' disks, while those find nothing to do", async () => {
  const { two, three } = await run({ one: "destroy", two: "up", three: "up" });

  expect(two?.changes).toEqual({ same: 3 });
  expect(three?.changes).toEqual({ same: 3 });
  expect(disksIn(clouds[0])).toEqual(disksOf("two"));
  expect(disksIn(clouds[1])).toEqual(disksOf("three"));
});
