/** The plugin process from its start to its end: cancellation, engines that attach or are lost, instances, start-up. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { credentials, Metadata } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { repositoryRoot } from "../../scripts/repository";
import { desktopId } from "../engine/cloud";
import { pluginBuild } from "../engine/freshness";
import { PluginProcess } from "./plugin-process";
import { type Properties, ProviderFailure } from "./spawned-process";

jest.setTimeout(60_000);

let emulator: Emulator;
let plugin: PluginProcess;

async function start(jobTimeMs: number): Promise<void> {
  emulator = await startEmulator({ desktops: 4, jobTimeMs });
  plugin = await PluginProcess.start({ ...emulator.env });
  await plugin.configure();
}

beforeEach(() => start(100));

afterEach(async () => {
  await plugin.close();
  await emulator.close();
});

const inputs = (more: Properties = {}): Properties => ({
  desktopId: desktopId(1),
  type: "SSD",
  size: 100,
  ...more,
});
const writes = () =>
  emulator.requests().filter(({ method, path }) => method !== "GET" && path.includes("volumes"));
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};
async function failureOf(run: Promise<unknown>): Promise<ProviderFailure> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderFailure) return error;
  throw new Error("expected a failure");
}
const seconds = async (run: Promise<unknown>) => {
  const began = performance.now();
  await run;
  return (performance.now() - began) / 1000;
};

/** For a test of its own speed. */
async function restart(jobTimeMs: number): Promise<void> {
  await plugin.close();
  await emulator.close();
  await start(jobTimeMs);
}

describe("cancel", () => {
  beforeEach(() => restart(8_000));

  test("ends waits at once, keeps what is known, and buys nothing afterwards; the next run finishes it", async () => {
    const adding = failureOf(plugin.create(inputs()));
    await until(() => writes().length > 0);
    const queued = failureOf(plugin.create(inputs({ desktopId: desktopId(2) })));
    let failure: ProviderFailure | undefined;
    expect(
      await seconds(
        (async () => {
          await plugin.cancel();
          failure = await adding;
          await queued;
        })(),
      ),
    ).toBeLessThan(3);
    expect(failure?.message).toMatch(/cancelled.*\[HWD15\d\d\]$/s);
    expect(failure?.kept?.properties).toMatchObject({
      desktopId: desktopId(1),
      pendingAdd: expect.anything() as object,
    });
    const sent = writes().length;

    const { message, kept } = await failureOf(plugin.create(inputs({ desktopId: desktopId(3) })));
    expect(message).toMatch(/the run was cancelled.*No change was sent.*\[HWD1506\]$/s);
    expect(kept).toBeUndefined();
    expect(writes()).toHaveLength(sent);

    await plugin.handshake();
    await plugin.configure();
    const outs = await plugin.update(failure?.kept?.id ?? "", failure?.kept?.properties ?? {}, inputs());
    expect(outs).toMatchObject({ size: 100, volumeId: expect.any(String) as string });
    expect(outs).not.toHaveProperty("pendingAdd");
    expect(writes()).toHaveLength(sent);
  });
});

test("a plugin that is stopped answers with the disk that it is adding, and ends", async () => {
  await restart(8_000);
  const adding = failureOf(plugin.create(inputs()));
  await until(() => writes().length > 0);
  process.kill(plugin.pid, "SIGTERM");
  const { message, kept } = await adding;
  expect(message).toMatch(/SIGTERM.*\[HWD15\d\d\]$/s);
  expect(kept?.properties).toMatchObject({ pendingAdd: expect.anything() as object });
  expect(await seconds(plugin.ended())).toBeLessThan(3);
  expect(writes()).toHaveLength(1);
});

describe("engines", () => {
  test("one that is killed: what was sent is finished, nothing new is sent, and the process ends", async () => {
    const adding = plugin.create(inputs()).catch(() => undefined);
    await until(() => writes().length > 0);
    plugin.loseEngine();
    plugin.client.close();
    expect(await seconds(plugin.ended())).toBeLessThan(20);
    await adding;
    expect(writes()).toHaveLength(1);
  });

  test("that end the process as they do at the end of every run do not wait for it", async () => {
    await plugin.cancel();
    process.kill(plugin.pid, "SIGINT");
    expect(await seconds(plugin.ended())).toBeLessThan(2);
  });

  test("that leave one call, as where a program fails during a look-up, keep all others", async () => {
    emulator.addFault({ fault: "slow", delay_ms: 60_000, match: { operation: "ListDesktopsDetail" } });
    const request = new proto.InvokeRequest();
    request.setTok("huaweicloud-workspace:index:getDesktops");
    const options = { deadline: Date.now() + 1_500 };
    const left = plugin.call((done) => plugin.client.invoke(request, new Metadata(), options, done));
    const adding = plugin.create(inputs());
    await expect(left).rejects.toThrow(/deadline/i);
    expect(await adding).toMatchObject({ outs: { size: 100 } });
    expect(await plugin.create(inputs({ desktopId: desktopId(2) }))).toMatchObject({ outs: { size: 100 } });
  });

  test("that attach to one process are instances of their own", async () => {
    const own = { "grpc.use_local_subchannel_pool": 1 };
    const other = new ResourceProviderClient(`127.0.0.1:${plugin.port}`, credentials.createInsecure(), own);
    const second = plugin.connectedBy(other);
    await second.handshake();
    await second.configure({ region: "eu-west-101" }, "other");
    const { outs } = await plugin.create(inputs());
    expect(outs).toMatchObject({ region: emulator.env.HW_REGION_NAME });
    await second.cancel();
    expect(await plugin.create(inputs({ desktopId: desktopId(2) }))).toMatchObject({ outs: { size: 100 } });
    other.close();
  });

  test("that open a connection again go on; with two instances it is refused, and nothing is sent", async () => {
    const connection = () => {
      const own = { "grpc.use_local_subchannel_pool": 1 };
      return new ResourceProviderClient(`127.0.0.1:${plugin.port}`, credentials.createInsecure(), own);
    };
    const again = plugin.connectedBy(connection());
    expect(await again.create(inputs())).toMatchObject({ outs: { size: 100 } });
    const other = plugin.connectedBy(connection());
    await other.handshake();
    await other.configure({ region: "eu-west-101" }, "other");
    const sent = writes().length;
    const lost = plugin.connectedBy(connection());
    await expect(lost.create(inputs({ desktopId: desktopId(2) }))).rejects.toThrow(
      /2 providers.*\[HWD1206\]$/,
    );
    expect(writes()).toHaveLength(sent);
    for (const { client } of [again, other, lost]) client.close();
  });
});

describe("configuration", () => {
  test("an explicit instance has its own account; the environment's does not count", async () => {
    const { HW_ACCESS_KEY, HW_SECRET_KEY, HW_PROJECT_ID: projectId } = emulator.env;
    await plugin.close();
    plugin = await PluginProcess.start({
      ...emulator.env,
      HW_ACCESS_KEY: "WRONGKEY000000000001",
      HW_SECRET_KEY: "wrong-secret-000000000000000000000000001",
    });
    const secret = (value: string) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value,
    });
    await plugin.configure(
      { accessKey: secret(HW_ACCESS_KEY), secretKey: secret(HW_SECRET_KEY), projectId },
      "team-a",
    );
    expect(await plugin.create(inputs())).toMatchObject({ outs: { size: 100 } });
    await plugin.cancel();
    await plugin.handshake();
    await plugin.configure({ accessKey: HW_ACCESS_KEY, secretKey: HW_SECRET_KEY }, "default");
    await expect(plugin.create(inputs())).rejects.toThrow(/\[HWD120\d\]$/);
    expect(plugin.output).not.toContain(HW_SECRET_KEY);
  });

  test("two instances meet on one desktop as with any foreign job: both get their disk", async () => {
    const other = await PluginProcess.start({ ...emulator.env });
    await other.configure({}, "other");
    try {
      const made = await Promise.all([plugin.create(inputs()), other.create(inputs({ size: 200 }))]);
      expect(made.map(({ outs }) => outs.size)).toEqual([100, 200]);
      expect(new Set(made.map(({ id }) => id)).size).toBe(2);
    } finally {
      await other.close();
    }
  });
});

test("progress is shown on the row of its resource and leaves no trace; what is forgotten, does", async () => {
  await restart(4_000);
  const { id, outs } = await plugin.create(inputs({ deletionPolicy: "retain" }));
  const urn = "urn:pulumi:dev::test::huaweicloud-workspace:index:DataDiskAttachment::";
  const progress = plugin.engine.lines.filter(({ ephemeral }) => ephemeral);
  expect(progress.length).toBeGreaterThan(0);
  expect(progress.length).toBeLessThan(12);
  expect(new Set(progress.map((line) => line.urn))).toEqual(new Set([`${urn}created`]));
  expect(progress.at(-1)?.message).toMatch(/^adding 1 disk, \d+ %, \d+ s, desktop DESKTOP-0001, job \S+ is /);
  await plugin.delete(id, outs);
  const isKept = ({ ephemeral }: { ephemeral: boolean }) => !ephemeral;
  // A line is on its way when the call has its answer.
  await until(() => plugin.engine.lines.some(isKept));
  expect(plugin.engine.lines.filter(isKept).at(-1)).toEqual({
    severity: "INFO",
    message: expect.stringContaining('deletionPolicy: "retain"') as string,
    urn: `${urn}${id}`,
    ephemeral: false,
  });
  expect(plugin.standardOutput).toBe("");
});

describe("start", () => {
  const file = join(repositoryRoot, pluginBuild.output);
  const starts = 7;
  /** Processor time of a start, in ms: other processes of the machine do not change it much. */
  const cpuMs = (program: string) => {
    const times = Array.from({ length: starts }, () => {
      const { stdout } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
      return Number(stdout);
    });
    return Math.min(...times);
  };
  const told =
    "const { user, system } = process.cpuUsage(); write(String((user + system) / 1000)); process.exit();";

  test("takes at most 150 ms over an empty process, and 70 MB", () => {
    const empty = cpuMs(`const write = process.stdout.write.bind(process.stdout); ${told}`);
    const started = cpuMs(
      `const write = require("node:fs").writeSync.bind(undefined, 1); process.argv[2] = "127.0.0.1:9";
       process.stdout.write = () => { ${told} }; require(${JSON.stringify(file)});`,
    );
    expect(started).toBeGreaterThan(empty);
    expect(started - empty).toBeLessThan(150);
    const status = readFileSync(`/proc/${plugin.pid}/status`, "utf8");
    expect(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024).toBeLessThan(70);
  });

  test("one file is all it needs", () => {
    const text = readFileSync(file, "utf8");
    expect(text.startsWith("#!/usr/bin/env node\n")).toBe(true);
    const required = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? "");
    const builtin = (name: string) => process.getBuiltinModule(name) !== undefined;
    expect([...new Set(required)].filter((name) => !builtin(name))).toEqual([]);
  });
});
