import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator, type Emulator, type EmulatorOptions } from "./emulator";
import { StateFile } from "./state-file";
import { ask, Client } from "./testing/client";
import { d1, d2 } from "./testing/running";

let folder: string;
let wall: number;
let emulator: Emulator;
const open = new Set<Emulator>();

beforeEach(() => {
  wall = Date.now();
  folder = mkdtempSync(join(tmpdir(), "emulator-kept-"));
});
afterEach(async () => {
  await Promise.all([...open].map((one) => one.close()));
  open.clear();
  rmSync(folder, { recursive: true });
});

/** Starts on the same file as before, after the one that had it has ended. */
async function start(options: EmulatorOptions = {}): Promise<Client> {
  for (const one of open) await one.close();
  open.clear();
  const stateFile = join(folder, "state");
  emulator = await startEmulator({ checkAnswers: true, stateFile, wall: () => wall, ...options });
  open.add(emulator);
  return new Client(emulator);
}

/** All that the admin side shows. */
const shown = () => ({
  desktops: emulator.desktops(),
  history: emulator.history(),
  faults: emulator.faults(),
  dialects: emulator.dialects(),
  clock: emulator.clock(),
});

const manual = { desktops: 2, clock: "manual", jobTimeMs: 1000 } as const;

test("a world goes on as it was: disks, jobs, history, faults, dialects, clock", async () => {
  let client = await start({ ...manual, jobTimeMs: { min: 500, max: 900 } });
  expect(emulator.restored).toBe(false);
  await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [{ type: "SSD", size: 20 }] });
  emulator.advance(1000);
  emulator.addDesktops([
    { desktop_id: "another", task_status: "deleteFailed", data_volumes: [{ size: 30 }] },
  ]);
  emulator.setDialects(["five-minutes", "no-idle-is-empty"]);
  emulator.addFault({ fault: "throttle", match: { operation: "ShowQuotas" }, nth: 2, times: 2 });
  await client.call("GET", "/quotas");
  emulator.moveClock({ skew_ms: 7 });
  emulator.addFault({ fault: "sub-job-fails", match: { operation: "AddDesktopVolumes" } });
  emulator.addFault({ fault: "foreign-job", desktop_id: "another", duration_ms: 90_000 });
  const job = await client.begin("POST", `/desktops/${d2}/volumes`, { volumes: [{ type: "SAS", size: 10 }] });
  emulator.advance(100);
  const before = shown();
  const views = await Promise.all([d1, d2, "another"].map((id) => client.desktop(id)));
  const jobBefore = await client.call("GET", `/workspace-jobs/${job}`);

  client = await start({ desktops: 9, clock: "real", dialects: ["all"], seed: 5 });
  expect(emulator.restored).toBe(true);
  expect(shown()).toEqual(before);
  expect(await Promise.all([d1, d2, "another"].map((id) => client.desktop(id)))).toEqual(views);
  const jobAfter = await client.call("GET", `/workspace-jobs/${job}`);
  expect(jobAfter.json).toEqual(jobBefore.json);
  const quotas = [await client.call("GET", "/quotas"), await client.call("GET", "/quotas")];
  expect(quotas.map(({ status }) => status)).toEqual([429, 429]);
  expect((await client.call("GET", "/quotas")).status).toBe(200);

  emulator.advance(1000);
  expect((await client.job(job)).status).toBe("SUCCESS");
  expect((await client.job(job)).sub_jobs).toMatchObject([{ status: "FAILED" }]);
  expect((await client.desktop("another")).task_status).toBe("MAINTENANCE");
  // The dialect knows when disks were last added.
  expect((await client.add(d1, { type: "SAS", size: 10 })).json?.error_code).toBe("WKS.0407");
});

test("while it is stopped, time goes on for a clock that goes with the machine's, and not for one that stands", async () => {
  const body = { volumes: [{ type: "SSD", size: 20 }] };
  for (const [clock, count] of [
    ["real", 1],
    ["manual", 0],
  ] as const) {
    wall = Date.now();
    let client = await start({ ...manual, clock });
    const job = await client.begin("POST", `/desktops/${d1}/volumes`, body);
    wall += 600_000;
    client = await start();
    expect((await client.job(job)).status).toBe(count === 1 ? "SUCCESS" : "WAITING");
    expect((await client.desktop(d1)).data_volumes ?? []).toHaveLength(count);
    await emulator.close();
    open.clear();
    rmSync(join(folder, "state"));
  }
});

test("a machine's clock that was set back meanwhile takes nothing back", async () => {
  const shown = {
    ShowJob: async (job: string) => (await client.job(job)).status,
    ListItaSubJobs: async () => {
      const { json } = await client.call("GET", "/workspace-sub-jobs");
      return (json?.jobs as { status: string }[])[0]?.status;
    },
  };
  let client = await start({ desktops: 1 });
  for (const statusOf of Object.values(shown)) {
    const body = { volumes: [{ type: "SSD", size: 20 }] };
    const job = await client.begin("POST", `/desktops/${d1}/volumes`, body);
    wall += 5000;
    expect(await statusOf(job)).toBe("SUCCESS");
    for (let restart = 0; restart < 2; restart += 1) {
      wall -= 200_000;
      client = await start();
      expect(await statusOf(job)).toBe("SUCCESS");
    }
  }
});

test("tokens and temporary keys still open it, and revoked ones do not", async () => {
  await start(manual);
  const identity = {
    methods: ["password"],
    password: {
      user: { name: "emulator", password: "Emulator-Password-1", domain: { name: "emulator" } },
    },
  };
  const scope = { project: { name: "cn-north-4" } };
  const tokenOf = async () => {
    const reply = await ask(emulator, "POST", "/v3/auth/tokens", { body: { auth: { identity, scope } } });
    return reply.headers.get("x-subject-token") ?? "";
  };
  const [token, revoked] = [await tokenOf(), await tokenOf()];
  const keys = await ask(emulator, "POST", "/v3.0/OS-CREDENTIAL/securitytokens", {
    body: { auth: { identity: { methods: ["token"], token: { id: token, duration_seconds: 900 } } } },
  });
  const { access, secret, securitytoken } = (
    keys.json as { credential: { access: string; secret: string; securitytoken: string } }
  ).credential;
  emulator.revokeTokens(revoked);

  const client = await start();
  const project = emulator.env.HW_PROJECT_ID;
  const statusWith = async (id: string) =>
    (await ask(emulator, "GET", `/v2/${project}/quotas`, { headers: { "X-Auth-Token": id } })).status;
  expect([await statusWith(token), await statusWith(revoked)]).toEqual([200, 401]);
  const signed = { access, secret, securityToken: securitytoken };
  expect((await client.call("GET", "/quotas", undefined, signed)).status).toBe(200);
});

test("the second actor goes on with its work", async () => {
  const secondActor = { seed: 7, everyMs: { min: 100, max: 300 } };
  const course = async (restarts: boolean) => {
    await start({ ...manual, secondActor, jobTimeMs: 10 });
    emulator.advance(2000);
    if (restarts) await start({ jobTimeMs: 10 });
    emulator.advance(2000);
    const acts = emulator.history().map(({ at, what, by, desktop_id }) => ({ at, what, by, desktop_id }));
    await emulator.close();
    open.clear();
    rmSync(join(folder, "state"));
    return acts;
  };
  const uninterrupted = await course(false);
  expect(uninterrupted.length).toBeGreaterThan(10);
  expect(await course(true)).toEqual(uninterrupted);
});

test("reads lag as they would have without the stop", async () => {
  const lagging = async (restarts: boolean) => {
    let client = await start({ ...manual, dialects: ["lagging-reads"] });
    await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [{ type: "SSD", size: 20 }] });
    emulator.addFault({ fault: "desktop-deleted", desktop_id: d2 });
    const seen: [number, boolean][] = [];
    for (let round = 0; round < 12; round += 1) {
      emulator.advance(1000);
      if (restarts && round === 3) client = await start();
      const gone = await client.call("GET", `/desktops/${d2}`);
      seen.push([(await client.desktop(d1)).data_volumes?.length ?? 0, gone.status === 200]);
    }
    await emulator.close();
    open.clear();
    rmSync(join(folder, "state"));
    return seen;
  };
  const uninterrupted = await lagging(false);
  expect(uninterrupted[0]).toEqual([0, true]);
  expect(uninterrupted.at(-1)).toEqual([1, false]);
  expect(await lagging(true)).toEqual(uninterrupted);
});

test("desktops that are being created or deleted go on with it", async () => {
  let client = await start(manual);
  const wanted = {
    desktop_type: "DEDICATED",
    image_id: "image-1",
    image_type: "private",
    product_id: "product-1",
    root_volume: { type: "SAS", size: 80 },
  };
  await client.begin("POST", "/desktops", { ...wanted, size: 1, desktop_name: "NEW" });
  await client.call("DELETE", `/desktops/${d1}`);
  client = await start();
  emulator.advance(1000);
  const { json } = await client.call("GET", "/desktops/detail");
  expect(json).toMatchObject({ total_count: 2, desktops: [{ desktop_id: d2 }, { computer_name: "NEW" }] });
});

test("a reset is for good, and accounts stay", async () => {
  const accounts = [
    {
      domain_name: "acme",
      access_keys: [{ access: "A", secret: "S" }],
      projects: [{ region: "r", id: "p" }],
    },
  ];
  await start({ ...manual, accounts });
  emulator.addFault({ fault: "throttle" });
  emulator.reset();
  emulator.addDesktops([{ desktop_id: "after" }]);
  const client = await start();
  expect(shown()).toMatchObject({ desktops: [{ desktop_id: "after" }], history: [], faults: [] });
  expect((await client.call("GET", "/quotas")).status).toBe(200);
  expect(emulator.env.HW_PROJECT_ID).toBe("p");
});

test("desktops and finished jobs that are no more are gone from the file too", async () => {
  let client = await start({ ...manual, maxJobs: 2 });
  const jobs: string[] = [];
  for (let count = 0; count < 4; count += 1) {
    jobs.push(
      await client.begin("POST", `/desktops/${d1}/volumes`, { volumes: [{ type: "SSD", size: 20 }] }),
    );
    emulator.advance(1000);
  }
  emulator.addFault({ fault: "desktop-deleted", desktop_id: d2 });
  client = await start({ maxJobs: 100 });
  expect(emulator.desktops().map(({ desktop_id }) => desktop_id)).toEqual([d1]);
  const found = await Promise.all(jobs.map((id) => client.call("GET", `/workspace-jobs/${id}`)));
  expect(found.map(({ status }) => status)).toEqual([404, 404, 200, 200]);
});

test("a world that could not be started leaves no file", async () => {
  await start();
  const port = Number(new URL(emulator.url).port);
  const stateFile = join(folder, "other");
  const rewrite = jest.spyOn(StateFile.prototype, "rewrite");
  await expect(startEmulator({ stateFile, port })).rejects.toThrow("EADDRINUSE");
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(rewrite).not.toHaveBeenCalled();
  rewrite.mockRestore();
});

test("where the file cannot be written, no answer to a change is sent, and the program hears of it", async () => {
  const onStateLost = jest.fn();
  const client = await start({ ...manual, onStateLost });
  const full = new Error("ENOSPC: no space left on device");
  const append = jest.spyOn(StateFile.prototype, "append").mockRejectedValue(full);
  await expect(client.add(d1, { type: "SSD", size: 20 })).rejects.toThrow("fetch failed");
  await expect(client.add(d2, { type: "SSD", size: 20 })).rejects.toThrow("fetch failed");
  await expect(emulator.saved()).rejects.toThrow("ENOSPC");
  expect(onStateLost).toHaveBeenCalledTimes(1);
  expect(onStateLost).toHaveBeenCalledWith(
    new Error(
      `The state file ${join(folder, "state")} could not be written: ${full.message}. ` +
        "It has every change that was answered. Make it writable, and start the emulator with it again.",
    ),
  );
  append.mockRestore();
  open.clear();
  await expect(emulator.close()).rejects.toThrow("ENOSPC");
});
