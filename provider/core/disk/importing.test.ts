/** What an import makes of reads that lag behind. */
import type { Volume } from "../api/volumes";
import { VolumeOwnership } from "../desktop/ownership";
import type { DesktopSnapshot } from "../desktop/snapshot";
import { shown } from "../desktop/testing/scriptedDesktop";
import type { Clock } from "../host";
import { OperationContext } from "../operation";
import { attachmentCodec } from "./codecs";
import { importDisks } from "./importing";
import type { StepContext } from "./steps";

const noTime: Clock = { now: () => 0, date: () => new Date(0), sleep: () => Promise.resolve() };
const root = "00000000-0000-4000-8000-00000000000f";
const data: Volume = { volumeId: "v", type: "SSD", size: 100, createdAt: [] };

const shows = (...volumes: Volume[]): DesktopSnapshot => shown(volumes, { rootVolumeId: root });

/** Imports `d/ID` from a desktop that gives these answers, then the last one again and again. */
async function importOne(
  volumeId: string,
  reads: readonly DesktopSnapshot[],
  proof: "there" | "gone" | "unproved" = "there",
) {
  const asked: string[] = [];
  let read = 0;
  const context = {
    desktopId: "d",
    place: { region: "r", projectId: "p", endpoint: "https://e" },
    ownership: new VolumeOwnership(),
    holder: (_name: string, ownershipId: string) => ({ ownershipId, title: "a" }),
    desktop: {
      read: () => {
        asked.push("read");
        read += 1;
        return Promise.resolve(reads[Math.min(read, reads.length) - 1]);
      },
      proveGone: () => {
        asked.push("proof");
        return Promise.resolve(proof);
      },
    },
  } as unknown as StepContext;
  const call = {
    phase: "run" as const,
    resourceKey: "a",
    timeoutMs: 1000,
    timeoutSetBy: "a test",
    halted: () => undefined,
  };
  const clock = { ...noTime, sleep: () => new Promise<void>(() => undefined) };
  const operation = new OperationContext(call, { title: "Importing" }, clock);
  const wanted = { policy: { deletionProtection: true }, volumeId };
  const result = await importDisks(context, operation, attachmentCodec, wanted).then(
    ({ inputs }) => inputs,
    (error: unknown) => String(error),
  );
  return { result, asked };
}

const imported = { desktopId: "d", type: "SSD", size: 100, deletionProtection: true };

test.each<[string, DesktopSnapshot[], string[]]>([
  ["at once", [shows(data)], ["read"]],
  ["late", [shows(), shows(data)], ["read", "proof", "read"]],
  ["late once more", [shows(), shows(), shows(data)], ["read", "proof", "read", "proof", "read"]],
])("a disk that a read shows %s is imported", async (_when, reads, asked) => {
  expect(await importOne("v", reads)).toEqual({ result: imported, asked });
});

test.each(["gone", "unproved"] as const)("one that no answer shows (%s) is not", async (proof) => {
  const { result, asked } = await importOne("v", [shows()], proof);
  expect(result).toContain("[HWD1704]");
  expect(asked).toEqual(["read", "proof"]);
});

test("reads that never show what the proof sees come to an end", async () => {
  const { result, asked } = await importOne("v", [shows()]);
  expect(result).toContain("[HWD1704]");
  expect(asked.filter((one) => one === "read")).toHaveLength(4);
});

test("the system disk is told, however its id is written, without a proof", async () => {
  const { result, asked } = await importOne(root.toUpperCase(), [shows()]);
  expect(result).toContain("[HWD1705]");
  expect(asked).toEqual(["read"]);
});
