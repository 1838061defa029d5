import { startEmulator, type Emulator } from "./index";
import { ask, Client, codeOf } from "./testing/client";

const desktop = "d0000000-0000-4000-8000-000000000001";

describe("a desktop and its volumes", () => {
  let emulator: Emulator;
  let client: Client;

  beforeEach(async () => {
    emulator = await startEmulator({ desktops: 2, clock: "manual", checkAnswers: true });
    client = new Client(emulator);
  });
  afterEach(() => emulator.close());

  test("an add, an expansion and a delete, each as a job that takes its time", async () => {
    const add = await client.begin("POST", `/desktops/${desktop}/volumes`, {
      volumes: [{ type: "SSD", size: 20 }],
    });
    expect(await client.job(add)).toMatchObject({
      status: "WAITING",
      job_type: "addVolumes",
    });
    emulator.advance(500);
    expect((await client.job(add)).sub_jobs).toMatchObject([{ status: "RUNNING", process: 50 }]);
    expect(await client.desktop(desktop)).toMatchObject({ task_status: "" });
    expect(await client.disks(desktop)).toEqual([]);
    emulator.advance(500);
    expect(await client.job(add)).toMatchObject({ status: "SUCCESS" });

    const [volume] = await client.disks(desktop);
    expect(volume).toMatchObject({ type: "SSD", size: 20 });
    const id = volume?.volume_id ?? "";

    await client.begin("POST", `/desktops/${desktop}/volumes/${id}/expand`, { new_size: 30 });
    emulator.advance(1000);
    expect(await client.disks(desktop)).toMatchObject([{ volume_id: id, size: 30 }]);

    await client.begin("POST", `/desktops/${desktop}/volumes/batch-delete`, { volume_ids: [id] });
    expect(await client.disks(desktop)).toHaveLength(1);
    emulator.advance(1000);
    expect(await client.disks(desktop)).toEqual([]);
  });

  test("a second change while a job runs is refused as a conflict", async () => {
    await client.add(desktop, { type: "SAS", size: 10 });
    const refused = await client.add(desktop, { type: "SAS", size: 10 });
    expect(refused.status).toBe(409);
    expect(codeOf(refused)).toBe("WKS.00010032");
    expect((await client.add("d0000000-0000-4000-8000-000000000002", { type: "SAS", size: 10 })).status).toBe(
      200,
    );
  });

  test("any number of emulators run side by side", async () => {
    const other = await startEmulator();
    emulator.reset();
    other.addDesktops([{ desktop_id: "d" }]);
    expect(other.url).not.toBe(emulator.url);
    expect(other.desktops()).toHaveLength(1);
    expect(emulator.desktops()).toHaveLength(0);
    await other.close();
    await expect(ask(other, "GET", "/_emulator/desktops")).rejects.toThrow();
  });
});
