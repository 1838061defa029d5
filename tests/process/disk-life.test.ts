/** create, read, update and delete in the real process of each front, against the emulator. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator, Fault } from "huaweicloud-workspace-emulator";
import { desktopId } from "../engine/cloud";
import { type FrontProcess, fronts } from "./fronts";
import { changesOf, disksOn } from "./one-desktop";
import { type Properties, ProviderFailure } from "./spawned-process";

jest.setTimeout(60_000);

describe.each(fronts)("$name", (front) => {
  let emulator: Emulator;
  let provider: FrontProcess;

  beforeAll(async () => {
    emulator = await startEmulator({ desktops: 40, jobTimeMs: 1_500 });
    provider = await front.start({ ...emulator.env });
    await provider.configure();
  });

  afterEach(() => {
    emulator.clearFaults();
  });

  afterAll(async () => {
    await provider.close();
    await emulator.close();
  });

  // Each test has a desktop of its own.
  let used = 0;
  let desktop = "";

  beforeEach(() => {
    used += 1;
    desktop = desktopId(used);
  });

  const inputs = (more: Properties = {}): Properties => ({
    desktopId: desktop,
    type: "SSD",
    size: 100,
    ...front.line,
    ...more,
  });

  const volumes = () => disksOn(emulator, desktop);
  const writes = () => changesOf(emulator, desktop);

  /** Reads of the test's desktop: singly, and in a list. */
  const reads = () =>
    emulator
      .requests()
      .filter(({ path }) => /\/desktops\/(detail$|d0)/.test(path) && !path.includes("/volumes"));

  async function failureOf(run: Promise<unknown>): Promise<ProviderFailure> {
    const result = await run.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (result instanceof ProviderFailure) return result;
    throw new Error("expected a failure");
  }

  test("a disk is added, read, grown and deleted", async () => {
    const { id, outs } = await provider.create(inputs());
    const [made] = volumes();
    expect(id).toBe(`${desktop}/${made?.volume_id ?? ""}`);
    expect(outs).toEqual({
      ...inputs(),
      volumeId: made?.volume_id,
      region: emulator.env.HW_REGION_NAME,
      projectId: emulator.env.HW_PROJECT_ID,
      endpoint: emulator.url,
      device: made?.device,
      displayName: made?.display_name,
      createTime: made?.create_time,
      billResourceId: made?.bill_resource_id,
      resourceSpecCode: made?.resource_spec_code,
      ownershipId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      stateVersion: 2,
    });

    expect(await provider.read(id, outs)).toEqual({ id, outs, inputs: undefined });

    const grown = await provider.update(id, outs, inputs({ size: 200 }));
    expect(grown).toEqual({ ...outs, size: 200 });
    expect(volumes()).toMatchObject([{ volume_id: made?.volume_id, size: 200 }]);

    // As the engine does: with the outputs, not the inputs.
    await provider.delete(id, grown);
    expect(volumes()).toEqual([]);
    expect(writes()).toHaveLength(3);
  });

  test("disks that come together are added by one call and deleted by one", async () => {
    const made = await Promise.all([10, 20, 20, 30].map((size) => provider.create(inputs({ size }))));
    expect(new Set(made.map(({ id }) => id)).size).toBe(4);
    for (const { id, outs } of made) {
      expect(volumes().find(({ volume_id: volume }) => id.endsWith(volume))?.size).toBe(outs.size);
    }

    await Promise.all(made.map(({ id, outs }) => provider.delete(id, outs)));

    expect(volumes()).toEqual([]);
    expect(writes()).toHaveLength(2);
  });

  test("a change of IOPS and throughput is made in place", async () => {
    const fast = inputs({ type: "GPSSD2", iops: 3000, throughput: 125 });
    const { id, outs } = await provider.create(fast);

    const changed = await provider.update(id, outs, { ...fast, iops: 4000, throughput: 200, size: 120 });

    expect(changed).toEqual({ ...outs, iops: 4000, throughput: 200, size: 120 });
    expect(volumes()).toMatchObject([{ iops: 4000, throughput: 200, size: 120 }]);
  });

  test("drift comes back as inputs, property by property", async () => {
    const { id, outs } = await provider.create(inputs());
    const [volume] = volumes();
    emulator.addDesktops([{ desktop_id: desktop, data_volumes: [{ ...volume, size: 150 }] }]);

    const read = await provider.read(id, outs);

    expect(read.outs).toEqual({ ...outs, size: 150 });
    expect(read.inputs).toEqual(inputs({ size: 150 }));

    // The engine asks at once for the way back, to show it; the next one who asks means it.
    expect(await provider.diff(id, read.outs, inputs())).toMatchObject({ changes: true, replaces: [] });
    await expect(provider.diff(id, read.outs, inputs())).rejects.toThrow("size: ");
  });

  test("fields that the service leaves out are no drift", async () => {
    const fast = inputs({ type: "GPSSD2", iops: 3000, throughput: 125 });
    const { id, outs } = await provider.create(fast);
    emulator.addFault({ fault: "older-fields", desktop_id: desktop, times: "always" });

    expect(await provider.read(id, outs)).toEqual({ id, outs, inputs: undefined });
  });

  test("a disk counts as gone only after some answers of both kinds of read, over at least 15 s", async () => {
    const { id, outs } = await provider.create(inputs());
    emulator.addDesktops([{ desktop_id: desktop, data_volumes: [] }]);
    const before = reads().length;
    const started = performance.now();

    expect(await provider.read(id, outs)).toMatchObject({ id: "", inputs: undefined });

    const made = reads().slice(before);
    expect(made.length).toBeGreaterThanOrEqual(3);
    expect(made.length).toBeLessThanOrEqual(12);
    expect(new Set(made.map(({ path }) => path.endsWith("/detail"))).size).toBe(2);
    expect(performance.now() - started).toBeGreaterThan(15_000);
  });

  test("a desktop that comes without a list of disks has none, if that lasts", async () => {
    const { id, outs } = await provider.create(inputs());
    emulator.addFault({ fault: "no-data-volumes", desktop_id: desktop, times: "always" });
    emulator.addDesktops([{ desktop_id: desktop, data_volumes: [] }]);

    expect(await provider.read(id, outs)).toMatchObject({ id: "" });
  });

  test("a disk that only the first read misses is still there", async () => {
    const { id, outs } = await provider.create(inputs());
    const [volume] = volumes();
    emulator.addDesktops([{ desktop_id: desktop, data_volumes: [] }]);
    const reading = provider.read(id, outs);
    const before = reads().length;
    while (reads().length === before) await new Promise((resolve) => setTimeout(resolve, 20));
    emulator.addDesktops([{ desktop_id: desktop, data_volumes: [volume ?? {}] }]);

    expect(await reading).toMatchObject({ id });
  });

  test.each(["404", "status"] as const)("the disk of a deleted desktop (%s) is gone", async (as) => {
    const { id, outs } = await provider.create(inputs());
    emulator.addFault({ fault: "desktop-deleted", desktop_id: desktop, as });

    expect(await provider.read(id, outs)).toMatchObject({ id: "" });
  });

  const respond = (status: number, body: unknown): Fault => ({
    fault: "respond",
    status,
    body,
    times: "always",
  });

  test.each<[string, Fault, RegExp]>([
    [
      "401",
      respond(401, { error_code: "APIGW.0301", error_msg: "Incorrect IAM authentication" }),
      /answered 401/,
    ],
    ["403", respond(403, { error_code: "WKS.0403", error_msg: "Not allowed" }), /answered 403/],
    [
      "a 404 of the gateway",
      respond(404, { error_code: "APIGW.0101", error_msg: "No such API" }),
      /answered 404/,
    ],
    ["a bare 404", { fault: "wrong-project", times: "always" }, /answered 404/],
    ["a 404 page", respond(404, "<html>Not Found</html>"), /answered 404/],
    [
      "a 404 that speaks of the project",
      respond(404, { error_code: "WKS.0404", error_msg: "The project does not exist" }),
      /answered 404/,
    ],
    ["a page of HTML", { fault: "not-json", times: "always" }, /answered 200 .*html/i],
  ])("a read that is answered by %s proves nothing and is an error", async (_name, fault, text) => {
    const id = `${desktop}/volume-1`;
    const { region, projectId, endpoint } = {
      region: emulator.env.HW_REGION_NAME,
      projectId: emulator.env.HW_PROJECT_ID,
      endpoint: emulator.url,
    };
    emulator.addFault({ ...fault, match: { path: "*/desktops/*" } });

    await expect(
      provider.read(id, inputs({ volumeId: "volume-1", region, projectId, endpoint })),
    ).rejects.toThrow(text);
  });

  test("a delete that the service forbids is an error that says what to do", async () => {
    const { id, outs } = await provider.create(inputs());
    emulator.addFault({
      ...respond(403, { error_code: "WKS.0403", error_msg: "Not allowed" }),
      match: { operation: "DeleteDesktopVolumes", desktop_id: desktop },
    });

    const { message } = await failureOf(provider.delete(id, outs));

    expect(message).toContain(id.split("/")[1]);
    expect(message).toMatch(/answered 403 WKS\.0403.*IAM policy/);
    expect(volumes()).toHaveLength(1);
  });

  test("a protected disk is not deleted, without a call", async () => {
    const { id, outs } = await provider.create(inputs({ deletionProtection: true }));
    const before = emulator.requests().length;

    const { message } = await failureOf(provider.delete(id, outs));

    expect(message).toContain("deletionProtection");
    expect(message).toContain(id.split("/")[1]);
    expect(emulator.requests()).toHaveLength(before);
  });

  test("a create whose time ends with the disk there keeps it in state, and update finishes it", async () => {
    emulator.addFault({
      fault: "job-never-ends",
      match: { operation: "AddDesktopVolumes", desktop_id: desktop },
    });
    const adding = failureOf(provider.create(inputs({ timeouts: { create: "5s" } })));
    while (writes().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    // A disk of the job's first second may be of an add that ended just before.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    emulator.addDesktops([
      { desktop_id: desktop, data_volumes: [{ volume_id: "half", type: "SSD", size: 100 }] },
    ]);

    const { message, kept } = await adding;

    expect(message).toMatch(/timed out after 5s \(limit set by customTimeouts\.create\).*\[HWD1502\]$/);
    expect(kept?.id).toBe(`${desktop}/half`);
    expect(kept?.reasons).toEqual([message]);
    expect(kept?.properties).toMatchObject({
      ...front.line,
      volumeId: "half",
      unfinished: true,
      size: 100,
      stateVersion: 2,
    });

    const olds = kept?.properties ?? {};
    const news = inputs({ timeouts: { create: "3s" } });
    expect(await provider.diff(kept?.id ?? "", olds, news)).toMatchObject({ changes: true, replaces: [] });
    const outs = await provider.update(kept?.id ?? "", olds, news);
    expect(outs).not.toHaveProperty("unfinished");
    expect(outs).toMatchObject({ volumeId: "half" });
    expect(writes()).toHaveLength(1);
  });

  test("a create that failed for good keeps nothing", async () => {
    emulator.addFault({ fault: "job-fails", match: { operation: "AddDesktopVolumes", desktop_id: desktop } });

    const failure = await failureOf(provider.create(inputs()));

    expect(failure.kept).toBeUndefined();
    expect(failure.message).toMatch(
      /^Adding a data disk \(SSD, 100 GB\) of desktop .* job \S+ failed: .*WKS\.00030500.*\[HWD1601\]$/,
    );
  });

  test("an update that failed keeps the disk as it is", async () => {
    const { id, outs } = await provider.create(inputs());
    emulator.addFault({ fault: "job-fails", match: { operation: "ExpandVolumes", desktop_id: desktop } });

    const { kept } = await failureOf(provider.update(id, outs, inputs({ size: 200 })));

    expect(kept).toMatchObject({ id, properties: { ...outs, size: 100, unfinished: true } });
    expect(kept?.properties).toMatchObject(front.line);
  });
});
