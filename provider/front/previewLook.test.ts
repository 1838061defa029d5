/** What a preview asks the service, and what it refuses before anything is changed: through the front, beside a real emulator. */
import { dynamicFront } from "../../testing/dynamicFront";
import { desktopId, type EmulatedCloud, emulatedCloud } from "../../testing/emulatedCloud";
import type { Props } from "../../testing/provider";
import { ConnectionError } from "../core/errors";
import { named } from "./testing/mistakes";

const ssd = { type: "SSD", size: 100 };
const root = "a0000000-0000-4000-8000-000000000001";

let cloud: EmulatedCloud;
let warned: string[];
beforeEach(async () => {
  cloud = await emulatedCloud({ desktops: 250 });
  warned = [];
});
afterEach(() => cloud.end());

function provider(env: Record<string, string> = {}, send = cloud.send) {
  return dynamicFront.make({
    env: { ...cloud.env, HOME: "/nonexistent", ...env },
    clock: cloud.clock,
    send,
    log: { debug: () => undefined, info: () => undefined, warn: (line) => warned.push(line) },
    halted: () => undefined,
  });
}

type Provider = ReturnType<typeof provider>;

/** What a program's preview has in the input that names its desktops. */
const preview = (...desktops: number[]) => ({ __preview: desktops.map((n) => desktopId(n)).join(" ") });
const attached = (desktop = 1, more: Props = {}) => ({ desktopId: desktopId(desktop), ...ssd, ...more });

/** Ids of this many disks. */
const ids = (count: number) => Array.from({ length: count }, (_, n) => `v-${n}`);

/** The refusals of a check, and its inputs. */
const checked = (on: Provider, news: Props, olds: Props = {}) =>
  cloud.time.until(on["disks" in news ? "disks" : "attachment"].check(olds, news));

async function refused(on: Provider, news: Props): Promise<string[]> {
  const { failures } = await checked(on, news);
  return failures.map(({ property, reason }) => named(`${property}: ${reason}`));
}

/** The calls so far: `list 2` for a list of two desktops, `show`, or the path. */
const calls = () =>
  cloud.emulator.requests().map(({ path, query }) => {
    if (path.endsWith("/desktops/detail")) return `list ${String(query.desktop_id).split(",").length}`;
    return /\/desktops\/[^/]+$/.test(path) ? "show" : path;
  });

test("the first look asks for all desktops of the program, and the others make no call", async () => {
  const on = provider();
  const all = Array.from({ length: 100 }, (_, n) => n + 1);
  const times = new Set<number>();
  for (const n of [1, 2, 100]) {
    const { inputs, failures } = await checked(on, { ...attached(n), ...preview(...all) });
    expect(failures).toEqual([]);
    expect(inputs).toEqual(attached(n));
    times.add(cloud.clock.now());
  }
  expect(calls()).toEqual(["list 100"]);
  expect(times.size).toBe(1);
});

test("resources that are checked at once share calls of a hundred ids", async () => {
  const on = provider();
  const all = Array.from({ length: 250 }, (_, n) => n + 1);
  await Promise.all(all.map((n) => checked(on, { ...attached(n), ...preview() })));
  expect(calls().sort()).toEqual(["list 100", "list 100", "list 50"]);
});

test("what is asked while a list is on its way shares the next one", async () => {
  const on = provider();
  cloud.emulator.addFault({ fault: "slow", delay_ms: 500, match: { operation: "ListDesktopsDetail" } });
  const later = async (n: number) => {
    await cloud.clock.sleep(n * 100);
    return on.attachment.check({}, { ...attached(n), ...preview() });
  };
  await cloud.time.until(Promise.all([0, 1, 2, 3].map((n) => later(n + 1))));
  expect(calls()).toEqual(["list 1", "list 3"]);
});

test("a run makes no call in a check, nor does a preview that changes nothing", async () => {
  const on = provider();
  await checked(on, attached());
  await checked(on, { ...attached(), ...preview(1) }, attached());
  const id = `${desktopId(1)}/v`;
  const state = { ...attached(), volumeId: "v", stateVersion: 2 };
  expect(await cloud.time.until(on.attachment.diff(id, state, attached()))).toMatchObject({ changes: false });
  expect(calls()).toEqual([]);
});

test("a change is looked at in the diff of a preview alone", async () => {
  cloud.furnish("v");
  const [id, state] = [`${desktopId(1)}/v`, { ...attached(), volumeId: "v", stateVersion: 2 }];
  const larger = attached(1, { size: 200 });
  const [run, previewed] = [provider(), provider()];
  await checked(run, larger, attached());
  await cloud.time.until(run.attachment.diff(id, state, larger));
  expect(calls()).toEqual([]);
  await checked(previewed, { ...larger, ...preview(1, 2) }, attached());
  await cloud.time.until(previewed.attachment.diff(id, state, larger));
  expect(calls()).toEqual(["list 2"]);
});

test("a changed disk of a desktop that is gone is refused", async () => {
  const [id, state] = [`${desktopId(999)}/v`, { ...attached(999), volumeId: "v", stateVersion: 2 }];
  const larger = attached(999, { size: 200 });
  const on = provider();
  await checked(on, { ...larger, ...preview(999) }, attached(999));
  await expect(cloud.time.until(on.attachment.diff(id, state, larger))).rejects.toThrow(
    /is refused: desktopId: there is no desktop .* \[HWD1701\]$/,
  );
});

test("an unknown desktop is refused by property after a read of its own", async () => {
  expect(await refused(provider(), { ...attached(999), ...preview(999) })).toEqual([
    "desktopId: there is no desktop D999 in project P of region cn-north-4 (the service answered 404 WKS.00010404: The desktop D999 does not exist. (request id R)). " +
      "Check desktop id, region and project: another project or region may have the desktop, and getDesktop finds it by name. [HWD1701]",
  ]);
  expect(calls()).toEqual(["list 1", "show"]);
});

test("a list that omits a desktop refuses nothing", async () => {
  cloud.emulator.addFault({
    fault: "respond",
    status: 200,
    body: { desktops: [], total_count: 0 },
    match: { operation: "ListDesktopsDetail" },
  });
  expect(await refused(provider(), { ...attached(), ...preview(1) })).toEqual([]);
  expect(calls()).toEqual(["list 1", "show"]);
});

test("more disks than fit are refused, with those that the program adds before", async () => {
  cloud.furnish(...ids(9));
  const on = provider();
  expect(await refused(on, { ...attached(), ...preview(1) })).toEqual([]);
  expect(await refused(on, { ...attached(), ...preview(1) })).toEqual([
    "desktopId: the desktop has 9 data disks, this program adds 2 and removes 0, and 10 is the most it can hold. " +
      'Remove a disk first, or use another desktop. If an earlier run was cut off, "npx pulumi-huaweicloud-workspace orphans" lists what it added. ' +
      "If this one replaces another, set the resource option deleteBeforeReplace: true. [HWD1703]",
  ]);
});

test("a young disk like one that would be added, that no resource has, is warned of once", async () => {
  cloud.furnish("lost", "had");
  const on = provider();
  const had = { ...attached(), volumeId: "had", stateVersion: 2 };
  await cloud.time.until(on.attachment.diff(`${desktopId(1)}/had`, had, attached()));
  for (const news of [attached(), attached(), attached(1, { size: 200 })]) {
    expect(await refused(on, { ...news, ...preview(1) })).toEqual([]);
  }
  expect(warned).toEqual([
    expect.stringMatching(
      /^desktop DESKTOP-0001 has lost \(SSD, 100 GB.*would buy another one: run "npx \S+ orphans" first\. To adopt one, /,
    ),
  ]);
});

test("a list that fails is a warning, for all desktops that it was asked for", async () => {
  cloud.emulator.addFault({
    fault: "respond",
    status: 403,
    body: {},
    times: "always",
    match: { operation: "ListDesktopsDetail" },
  });
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", listener);
  try {
    expect(await refused(provider(), { ...attached(), ...preview(1, 2) })).toEqual([]);
    await new Promise(setImmediate);
  } finally {
    process.off("unhandledRejection", listener);
  }
  expect(warned).toHaveLength(1);
  expect(unhandled).toEqual([]);
});

test("a disk that is replaced makes room for the new one", async () => {
  cloud.furnish(...ids(10));
  const on = provider();
  const olds = attached();
  const news = attached(1, { type: "SAS", allowReplace: true });
  await checked(on, { ...news, ...preview(1) }, olds);
  const state = { ...olds, volumeId: "v-0", stateVersion: 2 };
  const { replaces } = await cloud.time.until(on.attachment.diff(`${desktopId(1)}/v-0`, state, news));
  expect(replaces).toEqual(["type"]);
  // The engine asks again, as for a new resource.
  expect(await refused(on, { ...news, ...preview(1) })).toEqual([]);
});

test("disks to adopt are looked for", async () => {
  cloud.furnish("a");
  const on = provider();
  const adopting = (existingVolumeId: string, more: Props = {}) =>
    refused(on, {
      ...attached(1, { existingVolumeId, deletionProtection: true, ...more }),
      ...preview(1),
    });
  expect(await adopting("a")).toEqual([]);
  expect(await adopting(root)).toEqual([
    "existingVolumeId: ROOT1 is the system disk of the desktop, not a data disk. Name a data disk. [HWD1705]",
  ]);
  expect(await adopting("b")).toEqual([
    expect.stringMatching(
      /^existingVolumeId: b is not a data disk of the desktop; it shows a \(.* \[HWD1704\]$/,
    ),
  ]);
});

test("refused credentials are refused, once for all", async () => {
  const on = provider({ HW_SECRET_KEY: "wrong" });
  for (const n of [1, 2]) {
    expect(await refused(on, { ...attached(n), ...preview(n) })).toEqual([
      expect.stringMatching(/^: access key .* is not accepted .* \[HWD1202\]$/),
    ]);
  }
});

test("a service that cannot be reached is one warning, and is tried for seconds only", async () => {
  const gone = () =>
    Promise.reject(
      new ConnectionError({
        request: "GET https://w",
        reached: "no",
        why: "refused",
        systemCode: "ECONNREFUSED",
      }),
    );
  const on = provider({}, gone);
  const began = cloud.clock.now();
  expect(await refused(on, { ...attached(1), ...preview(1) })).toEqual([]);
  expect(cloud.clock.now() - began).toBeLessThanOrEqual(10_000);
  const again = cloud.clock.now();
  expect(await refused(on, { ...attached(2), ...preview(2) })).toEqual([]);
  expect(cloud.clock.now()).toBe(again);
  expect(warned).toEqual([
    expect.stringMatching(
      /^the preview could not look at the desktops, and refuses nothing for it: .*\[HWD1501\]$/,
    ),
  ]);
});

test.each([
  ["the setting turns it off", { HW_WORKSPACE_LOOK_AT_PREVIEW: "false" }, attached(999)],
  ["a set without disks is not looked at", {}, { desktopId: desktopId(999), disks: {} }],
])("%s", async (_what, env, inputs) => {
  expect(await refused(provider(env), { ...inputs, ...preview(999) })).toEqual([]);
  expect(calls()).toEqual([]);
});
