/** What a preview refuses for what the service shows, and what it does not refuse because nothing proves it. */
import type { Desktop, Gone } from "../api/desktops";
import { UNKNOWN } from "../host";
import { attachmentCodec, setCodec } from "./codecs";
import { planSet } from "./plan";
import { mayBeLost, needsLook, refusalsOf, type Tally, type Wish, wishOf } from "./previewVerdict";
import type { PendingDisk } from "./state";
import { stateOf } from "./testing/sets";

const place = { projectId: "P", region: "cn-north-4" };

const volume = (volumeId: string) => ({ volumeId, type: "SSD", size: 100, createdAt: [] });
const shown = (disks: number, more: Partial<Desktop> = {}): Desktop => ({
  gone: false,
  desktopId: "d",
  computerName: "d",
  status: "ACTIVE",
  runs: true,
  rootVolumeId: "root",
  volumes: Array.from({ length: disks }, (_, n) => volume(`v-${n}`)),
  listed: true,
  serverTime: undefined,
  ...more,
});
const gone = (certainty: Gone["certainty"], more: Partial<Gone> = {}): Gone => ({
  gone: true,
  desktopId: "d",
  certainty,
  said: "the service answered 404 X",
  serverTime: undefined,
  ...more,
});

const nothing: Wish = { adds: [], frees: 0, changes: false, adopts: [] };
const ssd = { type: "SSD", size: 100 };
const addOne = { ...nothing, adds: [ssd] };
const grow = { ...nothing, changes: true };
const adopt = (volumeId: string, wanted: object = {}): Wish => ({
  ...nothing,
  adopts: [{ volumeId, wanted: { type: "SSD", size: 100, ...wanted }, prefix: "disks.a." }],
});

interface Row {
  what: string;
  seen: Desktop | Gone | undefined;
  wish: Wish;
  all?: Tally;
  refused: string[];
}

const unknown =
  "desktopId: there is no desktop d in project P of region cn-north-4 (the service answered 404 X). " +
  "Check desktop id, region and project: another project or region may have the desktop, and getDesktop finds it by name [HWD1701]";
const full = (there: number, adds: number, frees: number) =>
  `desktopId: the desktop has ${there} data disks, this program adds ${adds} and removes ${frees}, and 10 is the most it can hold. ` +
  "Remove a disk first, or use another desktop. " +
  'If an earlier run was cut off, "npx pulumi-huaweicloud-workspace orphans" lists what it added. ' +
  "If this one replaces another, set the resource option deleteBeforeReplace: true [HWD1703]";

const rows: Row[] = [
  { what: "an unknown desktop", seen: gone("proved"), wish: addOne, refused: [unknown] },
  { what: "the same for a change", seen: gone("proved"), wish: grow, refused: [unknown] },
  {
    what: "a deleted desktop",
    seen: gone("proved", { deleted: true, said: "the desktop was deleted" }),
    wish: addOne,
    refused: [
      "desktopId: the desktop was deleted. Remove its disks from the program, or use the id of another desktop [HWD1701]",
    ],
  },
  { what: "a code that may mean something else", seen: gone("needs list"), wish: addOne, refused: [] },
  { what: "the tenth disk", seen: shown(9), wish: addOne, refused: [] },
  { what: "the eleventh disk", seen: shown(10), wish: addOne, refused: [full(10, 1, 0)] },
  {
    what: "what the whole program adds",
    seen: shown(8),
    wish: addOne,
    all: { adds: 3, frees: 0 },
    refused: [full(8, 3, 0)],
  },
  {
    what: "room that the program makes",
    seen: shown(10),
    wish: addOne,
    all: { adds: 1, frees: 1 },
    refused: [],
  },
  {
    what: "not enough of it",
    seen: shown(10),
    wish: addOne,
    all: { adds: 3, frees: 1 },
    refused: [full(10, 3, 1)],
  },
  { what: "growth on a full desktop", seen: shown(10), wish: grow, all: { adds: 3, frees: 0 }, refused: [] },
  {
    what: "no list of disks",
    seen: shown(0, { listed: false }),
    wish: addOne,
    all: { adds: 11, frees: 0 },
    refused: [],
  },
  {
    what: "ten volumes, of which one may be the system disk",
    seen: { ...shown(10), rootVolumeId: undefined } as unknown as Desktop,
    wish: addOne,
    refused: [],
  },
  { what: "a disk to adopt that is there", seen: shown(1), wish: adopt("v-0"), refused: [] },
  {
    what: "a disk to adopt that is not there",
    seen: shown(1),
    wish: adopt("w"),
    refused: [
      "disks.a.existingVolumeId: w is not a data disk of the desktop; it shows v-0 (SSD, 100 GB). " +
        'Correct existingVolumeId, or check region and project, and run "pulumi up" again: a disk that another resource has let go stays on the desktop [HWD1704]',
    ],
  },
  {
    what: "a disk to adopt, no list of disks",
    seen: shown(0, { listed: false }),
    wish: adopt("w"),
    refused: [],
  },
  {
    what: "the system disk",
    seen: shown(1, { listed: false }),
    wish: adopt("root"),
    refused: [
      "disks.a.existingVolumeId: root is the system disk of the desktop, not a data disk. Name a data disk [HWD1705]",
    ],
  },
  {
    what: "a disk to adopt of another size",
    seen: shown(1),
    wish: adopt("v-0", { size: 200 }),
    refused: [
      "disks.a.size: disk v-0 has 100, the program says 200. Set disks.a.size to 100 to adopt the disk [HWD1111]",
    ],
  },
];

test.each(rows)("$what", ({ seen, wish, all = { adds: wish.adds.length, frees: 0 }, refused }) => {
  const lines = refusalsOf(seen, wish, all, place).map(
    ({ property, reason, code }) => `${property}: ${reason} [${code}]`,
  );
  expect(lines).toEqual(refused);
});

test("a desktop that a list lacks is to be read by itself", () => {
  expect(refusalsOf(undefined, addOne, { adds: 1, frees: 0 }, place)).toHaveLength(1);
});

const state = (disks: Record<string, object>, more: object = {}) =>
  setCodec.readState("d", {
    desktopId: "d",
    stateVersion: 2,
    disks: Object.fromEntries(
      Object.entries(disks).map(([name, disk]) => [name, { ...ssd, volumeId: `v-${name}`, ...disk }]),
    ),
    ...more,
  });
const wishOfSet = (before: ReturnType<typeof state>, disks: object) =>
  wishOf(planSet(before, setCodec.readInputs({ desktopId: "d", disks }), {}, setCodec), setCodec);

test.each([
  ["new disks are added", {}, { a: ssd, b: ssd }, { adds: [ssd, ssd] }],
  ["a disk that stays as it is wants nothing", { a: {} }, { a: ssd }, {}],
  ["a disk grows", { a: {} }, { a: { ...ssd, size: 200 } }, { changes: true }],
  [
    "a disk that leaves makes room",
    { a: { deletionPolicy: "delete" } },
    { b: ssd },
    { adds: [ssd], frees: 1 },
  ],
  ["a disk that is let go does not", { a: { deletionPolicy: "retain" } }, { b: ssd }, { adds: [ssd] }],
  ["what is not known yet is not counted", {}, { a: UNKNOWN }, {}],
] as const)("%s", (_what, before, wanted, wish) => {
  expect(wishOfSet(state(before), wanted)).toEqual({ ...nothing, ...wish });
});

test("a disk that an earlier run may have added, and one that is taken back, need no room", () => {
  const pending = { requestedAt: "2026-01-02T03:04:05.000Z" } as unknown as PendingDisk;
  const before = stateOf({}, { released: new Map([["a", "v-a"]]), pendingAdds: new Map([["b", pending]]) });
  expect(wishOfSet({ ...before, desktopId: "d" }, { a: ssd, b: ssd })).toEqual(nothing);
});

test("the disks of a resource that is replaced are asked for by themselves", () => {
  const before = attachmentCodec.readState("d/v", { ...ssd, desktopId: "d", volumeId: "v", stateVersion: 2 });
  const wanted = attachmentCodec.readInputs({
    ...ssd,
    desktopId: "d",
    type: "SAS",
    size: 200,
    allowReplace: true,
  });
  expect(wishOf(planSet(before, wanted, {}, attachmentCodec), attachmentCodec)).toEqual(nothing);
});

test("only what adds, changes or adopts is looked at", () => {
  expect([nothing, { ...nothing, frees: 1 }, addOne, grow, adopt("v")].map(needsLook)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

describe("what a run that was cut off may have left", () => {
  const now = Date.parse("2026-01-02T12:00:00Z");
  const ago = (hours: number) => [now - hours * 3_600_000];
  const seen = (more: object) => ({ ...shown(0), volumes: [{ ...volume("v"), ...more }] });
  const lost = (more: object, spokenFor: readonly string[] = []) =>
    mayBeLost(seen(more), addOne, (id) => spokenFor.includes(id), now).map(({ volumeId }) => volumeId);

  test.each<[string, object, readonly string[], readonly string[]]>([
    ["a disk like the one that is added, of the last hours", { createdAt: ago(5) }, [], ["v"]],
    ["one of which the service does not say when it was created", { createdAt: [] }, [], ["v"]],
    ["one whose type and size are not shown", { type: undefined, size: undefined }, [], ["v"]],
    ["not one that is older", { createdAt: ago(30) }, [], []],
    ["not one of another size", { size: 110 }, [], []],
    ["not one that a resource has or asks for", {}, ["v"], []],
    ["not the system disk", { volumeId: "root" }, [], []],
  ])("%s", (_what, volumeShown, spokenFor, expected) => {
    expect(lost(volumeShown, spokenFor)).toEqual(expected);
  });
});
