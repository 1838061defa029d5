/** What becomes of an add that an earlier run did not see to its end. */
import { CoreError } from "../errors";
import { addDisk } from "./addDisk";
import type { PendingDisk } from "./state";
import type { StepContext } from "./steps";

const spec = { type: "SSD", size: 20 };
const pending: PendingDisk = {
  jobId: "j",
  sentAt: "2026-01-02T03:04:00.000Z",
  tookMs: 100,
  beforeIds: [],
  spec,
  request: [spec],
  policy: { deletionProtection: true },
};

test("where nothing is learnt of it, what the program says of it counts all the same: a delete goes by that", async () => {
  const refused = new CoreError({ code: "HWD1703", failed: "Adding", why: "the desktop is full", now: "" });
  const context = {
    desktopId: "d",
    since: 0,
    call: {
      phase: "run",
      resourceKey: "a",
      timeoutMs: 1000,
      timeoutSetBy: "a test",
      halted: () => undefined,
    },
    clock: { now: () => 0, date: () => new Date(0), sleep: () => new Promise<void>(() => undefined) },
    title: () => "a data disk",
    holder: (_name: string, ownershipId: string) => ({ ownershipId, title: "a" }),
    desktop: { submit: () => Promise.reject(refused) },
  } as unknown as StepContext;

  const outcome = await addDisk(context, "disk", { ...spec, deletionProtection: false }, pending);

  expect(outcome.failure?.code).toBe("HWD1703");
  expect(outcome.pending).toEqual({ ...pending, policy: { deletionProtection: false } });
});
