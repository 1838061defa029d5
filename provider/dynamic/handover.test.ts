/** Disks that change hands, as the engine calls the provider: in two runs, and attempts to do it in one. */
import { desktopId } from "../../testing/emulatedCloud";
import type { Declared } from "../../testing/engine/emulatedStack";
import { cloud, many, one, retain, sas, ssd, stack } from "./testing/oneResource";

const take = (existingVolumeId: string, more: object = {}) => ({
  ...ssd,
  existingVolumeId,
  deletionProtection: false,
  ...more,
});

type Program = Record<string, Declared>;
/** The disk that moves, wherever state has it. */
const holders = () =>
  [...stack.held].flatMap(([name, { outs }]) => {
    const disks = (outs.disks ?? { "": outs }) as Record<string, { volumeId?: string }>;
    return Object.entries(disks).flatMap(([key, { volumeId }]) =>
      volumeId === undefined ? [] : [[`${name}.${key}`, volumeId]],
    );
  });
const holderOf = (volumeId: string) =>
  holders()
    .filter(([, id]) => id === volumeId)
    .map(([name]) => name);
const deletes = () => cloud.changes().filter(([what]) => what === "batch-delete").length;
const adds = () => cloud.changes().filter(([what]) => what === "volumes").length;
const reversed = (program: Program): Program => Object.fromEntries(Object.entries(program).reverse());

interface Flow {
  before: Program;
  /** The holder says retain. */
  released: Program;
  moved: (volumeId: string) => Program;
  from: string;
  to: string;
}

const flows: Record<string, Flow> = {
  "from a set to an attachment": {
    before: { set: many({ data: ssd, logs: sas }) },
    released: { set: many({ data: { ...ssd, ...retain }, logs: sas }) },
    moved: (id) => ({ set: many({ logs: sas }), single: one(take(id)) }),
    from: "set.data",
    to: "single.",
  },
  "from an attachment to a set": {
    before: { single: one() },
    released: { single: one(retain) },
    moved: (id) => ({ set: many({ data: take(id), logs: sas }) }),
    from: "single.",
    to: "set.data",
  },
  "from a set to another set": {
    before: { first: many({ data: ssd }) },
    released: { first: many({ data: ssd }, retain) },
    moved: (id) => ({ first: many({}, retain), second: many({ data: take(id) }) }),
    from: "first.data",
    to: "second.data",
  },
  "from a name to another name": {
    before: { set: many({ data: ssd }) },
    released: { set: many({ data: { ...ssd, ...retain } }) },
    moved: (id) => ({ set: many({ files: take(id) }) }),
    from: "set.data",
    to: "set.files",
  },
  "from an attachment to another one": {
    before: { single: one() },
    released: { single: one(retain) },
    moved: (id) => ({ other: one(take(id)) }),
    from: "single.",
    to: "other.",
  },
};
const titles = Object.keys(flows);

/** The flow up to where its disk is released; its id. */
async function releasedIn({ before, released, from }: Flow): Promise<string> {
  await stack.up(before);
  const [, id = ""] = holders().find(([name]) => name === from) ?? [];
  expect(await stack.up(released)).toMatchObject(
    Object.fromEntries(Object.keys(released).map((name) => [name, { did: "update" }])),
  );
  return id;
}

describe.each(titles)("%s, in two runs", (title) => {
  const flow = flows[title] ?? Object.values(flows)[0];
  if (flow === undefined) throw new Error("there is no such flow");
  const { from, to, moved, released } = flow;

  test.each<[string, (program: Program) => Program, number]>([
    ["together", (program) => program, 0],
    ["in the other order", reversed, 0],
    ["one after the other", (program) => program, 2_000],
    ["one after the other, in the other order", reversed, 2_000],
  ])("%s: nothing is deleted, nothing is bought, and a destroy takes it once", async (_how, order, pace) => {
    const id = await releasedIn(flow);
    const bought = adds();
    const ended = await stack.up(order(moved(id)), { pace });
    expect(Object.values(ended).map(({ error }) => error)).toEqual(Object.values(ended).map(() => undefined));
    expect(holderOf(id)).toEqual([to]);
    expect(cloud.ids()).toContain(id);
    expect([deletes(), adds() - bought]).toEqual([0, title === "from an attachment to a set" ? 1 : 0]);
    // The next run finds nothing to do.
    const again = await stack.up(order(moved(id)));
    expect(new Set(Object.values(again).map(({ did }) => did))).toEqual(new Set(["same"]));
    await stack.destroy();
    expect(cloud.ids()).toEqual([]);
  });

  test("interrupted between the two runs, and then the former holder is destroyed: the disk stays", async () => {
    const id = await releasedIn(flow);
    const others = Object.entries(released).length;
    expect(others).toBe(1);
    await stack.destroy();
    expect(cloud.ids()).toContain(id);
  });

  test("taken back after the first run", async () => {
    const id = await releasedIn(flow);
    await stack.up(flow.before);
    expect(holderOf(id)).toEqual([from]);
    expect([deletes(), cloud.ids().includes(id)]).toEqual([0, true]);
  });
});

test("a name that comes back after its disk was handed over and given up takes it back", async () => {
  const flow = flows["from a set to an attachment"];
  if (flow === undefined) throw new Error("there is no such flow");
  const id = await releasedIn(flow);
  await stack.up(flow.moved(id));
  // The taker says retain, and then goes in the same run in which the name comes back.
  await stack.up({ set: many({ logs: sas }), single: one(take(id, retain)) });
  const bought = adds();
  expect(await stack.up({ set: many({ data: ssd, logs: sas }) })).toEqual({
    set: { did: "update" },
    single: { did: "delete" },
  });
  expect(holderOf(id)).toEqual(["set.data"]);
  expect([adds() - bought, deletes()]).toEqual([0, 0]);
});

describe("in one run", () => {
  test.each(["from a set to an attachment", "from a set to another set"])(
    "%s is refused at preview, in either order, with what to do",
    async (title) => {
      const flow = flows[title];
      if (flow === undefined) throw new Error("there is no such flow");
      await stack.up(flow.before);
      const [, id = ""] = holders().find(([name]) => name === flow.from) ?? [];
      for (const order of [(program: Program) => program, reversed]) {
        const ended = await stack.preview(order(flow.moved(id)));
        const refused = Object.values(ended).filter(({ did }) => did === "refused");
        expect(refused).toHaveLength(1);
        expect(refused[0]?.error).toMatch(/"pulumi up"/);
        expect(refused[0]?.error).toMatch(/deletionPolicy: "retain"/);
      }
      expect(cloud.changes()).toHaveLength(1);
    },
  );

  test.each<[string, Program, string, (id: string) => Program]>([
    [
      "an attachment takes a disk that a set keeps",
      { set: many({ data: ssd, logs: sas }) },
      "set.data",
      (id) => ({ taker: one(take(id)) }),
    ],
    [
      "a set takes a disk that an attachment keeps",
      { single: one() },
      "single.",
      (id) => ({ taker: many({ data: take(id) }) }),
    ],
    [
      "a set takes a disk that another set keeps",
      { set: many({ data: ssd, logs: sas }) },
      "set.data",
      (id) => ({ taker: many({ data: take(id) }) }),
    ],
  ])("%s: refused at preview, in either order, with what to do", async (_what, before, from, taker) => {
    await stack.up(before);
    const [, id = ""] = holders().find(([name]) => name === from) ?? [];
    const both = { ...before, ...taker(id) };
    for (const program of [both, reversed(both)]) {
      const ended = await stack.preview(program);
      const refused = Object.values(ended).filter(({ did }) => did === "refused");
      expect(refused).toMatchObject([
        { error: expect.stringMatching(/deletionPolicy: "retain".*"pulumi up".*\[HWD1108\]$/s) as string },
      ]);
    }
    expect(cloud.changes()).toHaveLength(1);
  });

  test("where state says delete, the move is refused in either order too", async () => {
    await stack.up({ set: many({ data: ssd, logs: sas }, { deletionPolicy: "delete" }) });
    const { data = "" } = stack.ids("set");
    const moved = { set: many({ logs: sas }, { deletionPolicy: "delete" }), single: one(take(data)) };
    for (const program of [moved, reversed(moved)]) {
      const ended = await stack.preview(program);
      expect(Object.values(ended).find(({ did }) => did === "refused")?.error).toMatch(
        /one run.*\[HWD1108\]$/s,
      );
    }
    expect(cloud.ids()).toContain(data);
  });

  test("an attachment that goes while another resource adopts its disk forgets it, with a warning", async () => {
    // The engine tells a provider nothing of a resource that is gone from the program until its delete.
    await stack.up({ single: one() });
    const [id = ""] = cloud.ids();
    expect(await stack.up({ other: one(take(id)) })).toEqual({
      other: { did: "create" },
      single: { did: "delete" },
    });
    expect(holderOf(id)).toEqual(["other."]);
    expect(cloud.ids()).toEqual([id]);
    expect(stack.shown.join()).toMatch(/was not deleted: it belongs to DataDiskAttachment \(new, on desktop/);
  });

  test("an attachment that goes while a set fails to adopt its disk is not deleted", async () => {
    await stack.up({ single: one() });
    const [id = ""] = cloud.ids();
    // The set adopts something else than what is there: its create fails, and the engine starts no delete.
    const ended = await stack.up({ set: many({ data: take(id, { size: 50 }) }) });
    expect(ended.set?.error).toMatch(
      /disks\.data\.size: disk .* has 100, the program says 50.*\(HWD1111\)\. \[HWD1707\]$/s,
    );
    expect(cloud.ids()).toEqual([id]);
  });

  test("a delete that waits is stopped where its disk is claimed meanwhile, and forgets a disk that was adopted", async () => {
    // As without a preview: the set's update has begun when the other resource is checked.
    const { makeProvider } = await import("./processFront.js");
    const lost = { deletionPolicy: "delete" };
    await stack.up({ set: many({ data: ssd, logs: sas }, lost) });
    const { data = "" } = stack.ids("set");
    const held = stack.held.get("set");
    const shown: string[] = [];
    const log = { debug: () => undefined, info: () => undefined, warn: (text: string) => shown.push(text) };
    const { attachment, disks } = makeProvider({
      env: { ...cloud.emulator.env },
      clock: cloud.clock,
      send: cloud.send,
      log,
    });
    const news = { desktopId: desktopId(), disks: { logs: sas }, ...lost };
    const taker = { desktopId: desktopId(), ...take(data) };
    const updated = disks.update(held?.id ?? "", held?.outs ?? {}, news).then(() => "updated", String);
    const checked = cloud.clock.sleep(5).then(() => attachment.check({}, taker));
    expect((await cloud.time.until(checked)).failures[0]?.reason).toContain("deletes it in this run");
    expect(await cloud.time.until(updated)).toContain("names disk");
    expect(deletes()).toBe(0);
    expect(cloud.ids()).toContain(data);

    // And a taker that comes when the delete is on its way does not get it.
    const again = makeProvider({ env: { ...cloud.emulator.env }, clock: cloud.clock, send: cloud.send, log });
    const deleting = again.disks.delete(held?.id ?? "", held?.outs ?? {});
    const created = cloud.clock.sleep(2_000).then(() => again.attachment.create(taker));
    await expect(cloud.time.until(created)).rejects.toThrow(/deletes it in this run/);
    await cloud.time.until(deleting);
    expect(cloud.ids()).toEqual([]);
  });

  test("two that adopt one disk: both are refused, at preview and beside it", async () => {
    cloud.furnish("old");
    const ended = await stack.preview({ a: one(take("old")), b: one(take("old")) });
    expect(ended.b?.error).toMatch(/names disk old as existingVolumeId as well.*\[HWD1107\]/s);
    expect(await stack.preview({ a: one(take("old")), b: many({ data: take("old") }) })).toMatchObject({
      b: { did: "refused" },
    });
    expect(stack.held.size).toBe(0);
  });
});

describe("adopting", () => {
  test("a disk is adopted without a change, and deleted only as state says", async () => {
    cloud.furnish("old");
    expect(await stack.up({ it: one(take("old")) })).toEqual({ it: { did: "create" } });
    expect(stack.state()).toMatchObject({
      volumeId: "old",
      deletionProtection: false,
      ownershipId: expect.any(String) as unknown,
    });
    expect(stack.state()).not.toHaveProperty("existingVolumeId");
    expect(cloud.changes()).toEqual([]);
    // The program may go on naming it, or not.
    expect(await stack.up({ it: one(take("old")) })).toEqual({ it: { did: "same" } });
    expect(await stack.up({ it: one({ deletionProtection: false }) })).toEqual({ it: { did: "same" } });
    await stack.destroy();
    expect(cloud.ids()).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    [
      "another size",
      { size: 50 },
      /size: disk old has 100, the program says 50\. Nothing was changed\. Set size to 100 to adopt the disk/,
    ],
    [
      "another disk",
      { existingVolumeId: "nowhere" },
      /nowhere is not a data disk of the desktop; it shows old \(SSD, 100 GB/,
    ],
  ])("%s is refused, and leaves nothing in state", async (_what, more, text) => {
    cloud.furnish("old");
    expect((await stack.up({ it: one(take("old", more)) })).it?.error).toMatch(text);
    expect(stack.held.size).toBe(0);
    expect(cloud.changes()).toEqual([]);
  });

  test("a forced replacement of an adopted disk keeps it: the successor adopts it, the old one forgets it", async () => {
    cloud.furnish("old");
    await stack.up({ it: one(take("old")) });
    // As with `--replace`: the engine asks neither diff nor check about the old one.
    const old = stack.held.get("it");
    stack.held.delete("it");
    if (old !== undefined) stack.held.set("old copy", { ...old, name: "old copy" });
    expect(await stack.up({ it: one(take("old")) })).toEqual({
      it: { did: "create" },
      "old copy": { did: "delete" },
    });
    expect(cloud.ids()).toEqual(["old"]);
  });
});
