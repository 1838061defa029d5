/** What a survey makes of answers that are hard to get from an emulator. The rest: main.test.ts. */
import { VirtualTime } from "../testing/virtualTime";
import type { Volume } from "../provider/core/api/volumes";
import type { BusyDesktops, Connection, ManagedDesktop } from "../provider/core/desktop/connections";
import type { DesktopSnapshot } from "../provider/core/desktop/snapshot";
import { type Named, survey } from "./survey";

const place = { region: "r", projectId: "p", endpoint: "https://workspace.example.com" };

function snapshot(...volumeIds: string[]): DesktopSnapshot {
  const volumes = volumeIds.map((volumeId): Volume => ({ volumeId, createdAt: [] }));
  const facts = { desktopId: "d1", computerName: "pc", status: "ACTIVE", runs: true, listed: true };
  return { gone: false, desktop: { ...facts, gone: false, volumes, serverTime: undefined }, volumes, at: 0 };
}

/** A survey of one desktop that answers with these snapshots, the last one for good. */
async function surveyOf(
  answers: {
    reads: DesktopSnapshot[];
    proofs?: Record<string, "there" | "gone" | "unproved">;
    busy?: BusyDesktops[];
  },
  named: Partial<Named> = {},
) {
  const time = new VirtualTime();
  const { reads, proofs = {}, busy = [] } = answers;
  const idle: BusyDesktops = { desktopIds: new Set(), others: false };
  const left = [...reads];
  const read = () => Promise.resolve((left.length > 1 ? left.shift() : left[0]) ?? snapshot());
  const desktop: Pick<ManagedDesktop, "read" | "proveGone"> = {
    read,
    proveGone: (volumeId) => Promise.resolve(proofs[volumeId] ?? "gone"),
  };
  const connection: Connection = {
    place,
    desktop: () => desktop as ManagedDesktop,
    busyDesktops: () => Promise.resolve(busy.shift() ?? idle),
  };
  const connections = { check: () => [], open: () => Promise.resolve(connection) };
  const one = { desktopId: "d1", place, volumes: [{ volumeId: "v1" }], awaited: false, ...named };
  const [reading] = await time.until(
    survey({ connections, clock: time.clock, arrived: () => undefined }, [one]),
  );
  return { reading, seconds: time.clock.now() / 1000 };
}

test("a volume that is neither shown nor proved to be gone is an error, and not gone", async () => {
  const { reading } = await surveyOf({ reads: [snapshot("v2")], proofs: { v1: "unproved" } });

  expect(reading?.goneIds).toEqual(new Set());
  expect(reading?.error).toMatch(/without v1, but there is no proof that it is gone/);
  expect(reading?.volumes).toMatchObject([{ volumeId: "v2" }]);
});

test("one that another answer shows is read again, and is there", async () => {
  const { reading } = await surveyOf({
    reads: [snapshot(), snapshot("v1")],
    proofs: { v1: "there" },
  });

  expect(reading).toMatchObject({ shown: "there", volumes: [{ volumeId: "v1" }] });
  expect(reading?.error).toBeUndefined();
});

describe("an interrupted operation", () => {
  const own: BusyDesktops = { desktopIds: new Set(["d1"]), others: false };
  const others: BusyDesktops = { desktopIds: new Set(["d2"]), others: false };
  const unknown: BusyDesktops = { desktopIds: new Set(), others: true };

  test.each<[string, BusyDesktops[], { busy: boolean; seconds: number }]>([
    ["no job of its desktop", [others, others], { busy: false, seconds: 15 }],
    ["a job of its desktop", [own], { busy: true, seconds: 0 }],
    ["a job that may be of its desktop", [unknown], { busy: true, seconds: 0 }],
    ["a job that a lagging list shows late", [others, own], { busy: true, seconds: 15 }],
  ])("waits for lagging reads, unless a job runs: %s", async (_, busy, expected) => {
    const { reading, seconds } = await surveyOf({ reads: [snapshot("v1")], busy }, { awaited: true });

    expect({ busy: reading?.busy, seconds }).toEqual(expected);
  });

  test("costs nothing on other desktops", async () => {
    const { reading, seconds } = await surveyOf({ reads: [snapshot("v1")], busy: [own] });

    expect({ busy: reading?.busy, seconds }).toEqual({ busy: false, seconds: 0 });
  });
});
