import { codeOf } from "./testing/client";
import { d1, d2, root1, running, withDisks } from "./testing/running";

const sas = { type: "SAS", size: 10 };

describe("changes", () => {
  test("ten disks fit, an eleventh does not", async () => {
    const { emulator, client } = await running();
    expect((await client.add(d1, ...Array.from({ length: 10 }, () => sas))).status).toBe(200);
    emulator.advance(1000);
    const devices = emulator.desktops()[0]?.data_volumes.map(({ device }) => device);
    expect(new Set(devices).size).toBe(10);
    expect(codeOf(await client.add(d1, sas))).toBe("WKS.00020401");
  });

  test("an add keeps type, size, key, IOPS and throughput; ids and rows are others", async () => {
    const { emulator, client } = await running();
    const plain = { type: "SAS", size: 10, kms_id: "k" };
    const fast = { ...plain, type: "GPSSD2", size: 32_760, iops: 3000, throughput: 125 };
    await client.add(d1, plain, fast);
    emulator.advance(1000);
    const disks = await client.disks(d1);
    for (const kept of [plain, fast]) expect(disks).toContainEqual(expect.objectContaining(kept));
    const [disk] = disks;
    expect(disk?.id).not.toBe(disk?.volume_id);
    const byRow = await client.call("POST", `/desktops/${d1}/volumes/batch-delete`, {
      volume_ids: [disk?.id],
    });
    expect(byRow.status).toBe(404);
  });

  test.each(["desktop_volumes", "addDesktopVolumesReq"])(
    "an add to many desktops, as %s, is one job with a sub-job each",
    async (name) => {
      const { emulator, client } = await running();
      const job = await client.begin("POST", "/volumes", {
        [name]: [d1, d2].map((desktop_id) => ({ desktop_id, volumes: [sas] })),
      });
      emulator.advance(1000);
      const { status, sub_jobs, sub_jobs_total } = await client.job(job);
      expect([status, sub_jobs_total]).toEqual(["SUCCESS", 2]);
      expect(sub_jobs.map((subJob) => subJob.entities?.desktop_id).sort()).toEqual([d1, d2]);
      expect(emulator.desktops().map((desktop) => desktop.data_volumes.length)).toEqual([1, 1]);
    },
  );

  test("an add to many of which one is busy changes none of them", async () => {
    const { emulator, client } = await running();
    await client.add(d1, sas);
    const refused = await client.call("POST", "/volumes", {
      desktop_volumes: [d2, d1].map((desktop_id) => ({ desktop_id, volumes: [sas] })),
    });
    expect([refused.status, codeOf(refused)]).toEqual([409, "WKS.00010032"]);
    emulator.advance(1000);
    expect(await client.disks(d2)).toEqual([]);
  });

  test("many disks are expanded in one job, a root volume too", async () => {
    const { emulator, client } = await running();
    withDisks(emulator, "v1", "v2");
    const item = (volume_id: string): object => ({ desktop_id: d1, volume_id, new_size: 100 });
    await client.begin("POST", "/volumes/expand", {
      desktop_volumes_expansion: ["v1", "v2", root1].map(item),
    });
    emulator.advance(1000);
    const [desktop] = emulator.desktops();
    expect([desktop?.root_volume, ...(desktop?.data_volumes ?? [])].map((disk) => disk?.size)).toEqual([
      100, 100, 100,
    ]);
  });

  test("QoS is changed on several desktops by the volume ids alone", async () => {
    const { emulator, client } = await running();
    const disk = (volume_id: string) => ({ volume_id, type: "GPSSD2", iops: 3000, throughput: 125 });
    emulator.addDesktops([
      { desktop_id: d1, data_volumes: [disk("v1")] },
      { desktop_id: d2, data_volumes: [disk("v2")] },
    ]);
    const job = await client.begin("PUT", "/volumes/batch-modify-qos", {
      volume_ids: ["v1", "v2"],
      qos: { iops: 5000, throughput: 250 },
    });
    emulator.advance(1000);
    expect((await client.job(job)).sub_jobs_total).toBe(2);
    for (const desktop of emulator.desktops())
      expect(desktop.data_volumes).toMatchObject([{ iops: 5000, throughput: 250 }]);
  });

  test("durations from a range are the same for the same seed", async () => {
    const ends = async (seed: number): Promise<number | undefined> => {
      const { emulator, client } = await running({
        jobTimeMs: { min: 100, max: 10_000 },
        seed,
        wall: () => Date.UTC(2026, 0, 1),
        skewMs: Date.now() - Date.UTC(2026, 0, 1),
      });
      await client.add(d1, sas);
      emulator.advance(10_000);
      return emulator.history().find(({ what }) => what === "job-ended")?.at;
    };
    expect(await ends(1)).toBe(await ends(1));
    expect(await ends(1)).not.toBe(await ends(2));
  });
});
