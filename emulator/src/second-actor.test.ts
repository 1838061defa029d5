import type { HistoryEvent } from "./history";
import type { EmulatorOptions } from "./emulator";
import type { SecondActorSpec } from "./second-actor";
import { ask } from "./testing/client";
import { d1, d2, isBusy, running, withDisks } from "./testing/running";

const sas = { type: "SAS", size: 10 };

/** What the second actor did in five minutes. */
async function acts(spec: SecondActorSpec, options: EmulatorOptions = {}): Promise<HistoryEvent[]> {
  const { emulator } = await running({ secondActor: spec, ...options });
  withDisks(emulator, "theirs");
  emulator.advance(5 * 60_000);
  return emulator.history().filter(({ by }) => by.who === "second-actor");
}

const what = (events: HistoryEvent[]) => [...new Set(events.map((event) => event.what))].sort();

test("it adds, grows and deletes disks by jobs of its own, and leaves others' disks alone", async () => {
  const events = await acts({ seed: 1 });
  expect(what(events)).toEqual([
    "job-ended",
    "job-started",
    "volume-added",
    "volume-expanded",
    "volume-removed",
  ]);
  expect(events.filter(({ volume_id }) => volume_id === "theirs")).toEqual([]);
  expect(new Set(events.map(({ desktop_id }) => desktop_id))).toEqual(new Set([d1, d2]));
});

test("it may be told to touch any disk", async () => {
  const events = await acts({ seed: 1, deletes: "any", acts: ["delete"] });
  expect(events.map(({ volume_id }) => volume_id)).toContain("theirs");
});

test("the same seed does the same at the same time, another one does something else", async () => {
  const course = async (seed: number) => {
    const wall = { wall: () => 0, skewMs: Date.now() };
    return (await acts({ seed }, wall)).map(({ at, what: event, desktop_id }) => [at, event, desktop_id]);
  };
  expect(await course(1)).toEqual(await course(1));
  expect(await course(1)).not.toEqual(await course(2));
});

test("it adds disks of the kinds that a desktop has, or of those it is given", async () => {
  const kinds = (events: HistoryEvent[]) =>
    new Set(
      events.filter((event) => event.what === "volume-added").map(({ type, size }) => `${type} ${size}`),
    );
  expect(kinds(await acts({ seed: 3, desktops: [d1], acts: ["add"] }))).toEqual(new Set(["SAS 20"]));
  const given = { seed: 3, desktops: [d1], acts: ["add" as const], kinds: [{ type: "ESSD", size: 40 }] };
  expect(kinds(await acts(given))).toEqual(new Set(["ESSD 40"]));
});

test("its jobs are refused and refuse, as any client's", async () => {
  const often = { min: 1, max: 1 };
  const { emulator, client } = await running({ jobTimeMs: 10_000 });
  await client.add(d1, sas);
  emulator.setSecondActor({ seed: 1, desktops: [d1], acts: ["add"], everyMs: often });
  emulator.advance(9_999);
  expect(emulator.history().filter(({ by }) => by.who === "second-actor")).toEqual([]);
  emulator.advance(2);
  expect(isBusy(emulator, d1)).toBe(true);
  expect((await client.add(d1, sas)).status).toBe(409);
});

test("it acts inside one long step of the clock, each act at its own time", async () => {
  const events = await acts({ seed: 1, everyMs: { min: 1_000, max: 1_000 }, desktops: [d1], acts: ["add"] });
  const started = events.filter((event) => event.what === "job-started").map(({ at }) => at);
  const gaps = started.slice(1).map((at, index) => at - (started[index] ?? 0));
  expect(gaps.length).toBeGreaterThan(5);
  expect(new Set(gaps)).toEqual(new Set([1_000]));
});

test("the admin side sends it and takes it away; a reset does, too", async () => {
  const { emulator } = await running();
  const spec = { seed: 1, everyMs: { min: 100, max: 100 }, acts: ["add"] };
  const started = () => emulator.history().filter((event) => event.what === "job-started").length;
  expect((await ask(emulator, "POST", "/_emulator/second-actor", { body: spec })).status).toBe(204);
  emulator.advance(100);
  expect(started()).toBe(1);
  expect((await ask(emulator, "DELETE", "/_emulator/second-actor")).status).toBe(204);
  emulator.advance(60_000);
  expect(started()).toBe(1);
  emulator.setSecondActor({ seed: 1 });
  emulator.reset();
  emulator.addDesktops([{ desktop_id: d1 }]);
  emulator.advance(60_000);
  expect(started()).toBe(0);
});

test.each([
  {},
  { seed: "1" },
  { seed: 1, acts: [] },
  { seed: 1, kinds: [{ type: "SSD", size: 15 }] },
  { seed: 1, kinds: [{ type: "GPSSD2", size: 20 }] },
  { seed: 1, odd: 1 },
])("a description that makes no sense is refused: %j", async (body) => {
  const { emulator } = await running();
  expect((await ask(emulator, "POST", "/_emulator/second-actor", { body })).status).toBe(400);
});

test("one that is refused leaves the present one at work", async () => {
  const { emulator } = await running();
  const everyMs = { min: 100, max: 100 };
  emulator.setSecondActor({ seed: 1, everyMs, acts: ["add"] });
  expect(() => {
    emulator.setSecondActor({ seed: 1, everyMs: { min: 2, max: 1 } });
  }).toThrow("everyMs");
  emulator.advance(100);
  expect(emulator.history()).toHaveLength(1);
});

test("it works on desktops of any project that are named", async () => {
  const projects = ["one", "two"].map((id) => ({
    region: "r",
    id,
    name: id,
    desktops: [{ desktop_id: `d-${id}` }],
  }));
  const accounts = [{ domain_name: "a", projects }];
  const events = await acts({ seed: 1, desktops: ["d-two"], acts: ["add"] }, { accounts, desktops: 0 });
  expect(new Set(events.map(({ desktop_id }) => desktop_id))).toEqual(new Set(["d-two"]));
});

test("times from more to less are refused", async () => {
  await expect(running({ secondActor: { seed: 1, everyMs: { min: 2, max: 1 } } })).rejects.toThrow("everyMs");
});

test("with the real clock it acts by itself, and ends with the emulator", async () => {
  const { emulator } = await running({ clock: "real", jobTimeMs: 1 });
  const done = new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (emulator.history().length === 0) return;
      clearInterval(look);
      resolve();
    }, 5);
  });
  emulator.setSecondActor({ seed: 1, everyMs: { min: 5, max: 5 }, acts: ["add"] });
  await done;
});
