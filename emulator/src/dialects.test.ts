import { dialectCatalogue, dialectNames } from "./dialects";
import { startEmulator, type EmulatorOptions } from "./emulator";
import { inPlain, remove, sas, unknown } from "./testing/alone";
import { ask } from "./testing/client";
import { d1, root1, running } from "./testing/running";

describe("which are spoken", () => {
  test("without an order it is the plain reading of the documents", async () => {
    const { emulator } = await running();
    expect(emulator.dialects()).toEqual(inPlain);
  });

  test("what is ordered is spoken besides it, and one of it can be left out", async () => {
    const { emulator } = await running({ dialects: ["five-minutes", "no-absent-lists"] });
    expect(emulator.dialects()).toEqual(["official-job-words", "idle-is-empty", "five-minutes"]);
  });

  test("all can be spoken together", async () => {
    for (const dialects of [dialectNames, ["all"]]) {
      const { emulator } = await running({ dialects });
      expect(emulator.dialects()).toEqual([...dialectNames]);
    }
  });

  test("an unknown name is refused, and the known ones are listed", async () => {
    await expect(startEmulator({ dialects: ["lagging"] })).rejects.toThrow(
      `There is no dialect "lagging". Known dialects: ${dialectNames.join(", ")}.`,
    );
    await expect(startEmulator({ dialects: ["no-five-minutes"] })).rejects.toThrow(
      "five-minutes is not a default dialect: there is nothing to remove. Known dialects: ",
    );
  });

  test("two that contradict each other are refused by name", async () => {
    await expect(startEmulator({ dialects: ["no-absent-lists", "absent-lists"] })).rejects.toThrow(
      "The dialects absent-lists and no-absent-lists contradict each other.",
    );
  });

  test("the admin side shows and changes them at run time", async () => {
    const { emulator, client } = await running();
    expect((await ask(emulator, "GET", "/_emulator/dialects")).json).toEqual({
      dialects: inPlain,
      drawn: {
        zoneless_times: "+08:00",
        job_lists: "newest first",
        job_types_without_sub_jobs: expect.any(Array) as string[],
        max_lag_ms: 10_000,
      },
    });
    const body = { dialects: ["no-idle-is-empty", "unknown-as-400"] };
    const changed = await ask(emulator, "POST", "/_emulator/dialects", { body });
    expect(changed.json).toMatchObject({
      dialects: ["absent-lists", "official-job-words", "unknown-as-400"],
    });
    expect((await client.call("GET", `/desktops/${unknown}`)).status).toBe(400);
    for (const wrong of [{ dialects: ["nope"] }, { dialects: "absent-lists" }, {}])
      expect((await ask(emulator, "POST", "/_emulator/dialects", { body: wrong })).status).toBe(400);
    expect(emulator.dialects()).toContain("unknown-as-400");
  });

  test("the admin side itself speaks none", async () => {
    const { emulator } = await running({ dialects: ["errors-as-200"] });
    const bodies: [string, unknown][] = [
      ["dialects", { dialects: ["nope"] }],
      ["desktops", { desktops: [{ desktop_id: "a", project_id: "nope" }] }],
      ["second-actor", { seed: 1, everyMs: { min: 2, max: 1 } }],
      ["faults", { fault: "foreign-job", desktop_id: "nope" }],
    ];
    for (const [path, body] of bodies)
      expect([path, (await ask(emulator, "POST", `/_emulator/${path}`, { body })).status]).toEqual([
        path,
        400,
      ]);
  });

  test("an option that is unknown, or makes no sense, is refused", async () => {
    const options = [
      { dialect: ["five-minutes"] },
      { seed: "7" },
      { jobTimeMs: "500-2000" },
      { clock: "fast" },
    ];
    for (const one of options)
      await expect(startEmulator(one as unknown as EmulatorOptions)).rejects.toThrow(/^options/);
  });

  test("what is no list of names, and a lag that is no time, is refused", async () => {
    const wrong = ["five-minutes" as unknown as string[], [1] as unknown as string[]];
    for (const dialects of wrong)
      await expect(startEmulator({ dialects })).rejects.toThrow("options/dialects");
    for (const maxLagMs of [-1, NaN, 1.5])
      await expect(startEmulator({ maxLagMs })).rejects.toThrow("maxLagMs");
  });

  test("each says in one line what it means and where it comes from", () => {
    for (const { summary, source } of Object.values(dialectCatalogue)) {
      expect(summary).toMatch(/^\S.{20,120}$/);
      expect(source).toMatch(/^(documents: |Terraform provider: |common with )/);
    }
  });
});

test("together they still carry a disk's life", async () => {
  const dialects = dialectNames.filter((name) => name !== "repeating-gateway");
  const { emulator, client } = await running({ dialects });
  expect((await client.add(d1, sas)).status).toBe(200);
  emulator.advance(11_000);
  const [disk] = await client.disks(d1);
  const { root_volume } = await client.desktop(d1);
  expect(root_volume.volume_id).toBe(root1);
  expect((await remove(client, disk?.volume_id ?? "")).status).toBe(200);
  emulator.advance(11_000);
  expect(await client.desktop(d1)).not.toHaveProperty("data_volumes");
});
