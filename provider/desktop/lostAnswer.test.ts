import { desktopId, eachOnStage } from "../testing/stage";
import { inWindow } from "./lostAnswer";
import type { SubJob } from "./service";

const window = { from: 100_000, to: 160_000 };
const part = (more: Partial<SubJob>): SubJob => ({
  id: "s",
  jobId: "j",
  desktopId: "d",
  state: "going on",
  code: "",
  reason: "",
  beganAt: 130_000,
  progress: undefined,
  ...more,
});

test.each<[string, Partial<SubJob>, boolean]>([
  ["begun while the request was out", {}, true],
  ["begun and over", { state: "ended well" }, true],
  ["begun and failed", { state: "failed" }, true],
  ["begun in the second before, as whole seconds tell it", { beganAt: 98_000 }, true],
  ["begun well before", { beganAt: 97_999 }, false],
  ["begun a little late", { beganAt: 163_000 }, true],
  ["begun much later", { beganAt: 163_001 }, false],
  ["on another desktop", { desktopId: "e" }, false],
  ["on a desktop that is not told", { desktopId: undefined }, false],
  ["going on since nobody knows when", { beganAt: undefined }, true],
  ["over, and nobody knows when", { beganAt: undefined, state: "ended well" }, false],
])("a job may be that of the lost request: %s", (_, more, expected) => {
  expect(inWindow([part(more)], "d", window)).toHaveLength(expected ? 1 : 0);
});

const on = eachOnStage();
const lost = { match: { operation: "AddDesktopVolumes" } };

describe("a lost add is not taken for", () => {
  test("a job on another desktop", async () => {
    on.it.emulator.addFault({ fault: "cut-before-work", ...lost });
    on.it.emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(2), duration_ms: 5000 });
    const { error } = await on.it.time.until(on.it.add());
    expect(error?.message).toMatch(/no job shows whether the disk was added/);
  });

  test("a job that began well after it, though the time of day jumped while it was out", async () => {
    on.it.emulator.addFault({ fault: "no-answer", ...lost });
    const { clock } = on.it;
    void clock.sleep(30_000).then(() => (clock.wrongBy = 800_000));
    const volumes = [{ type: "SSD", size: 20, volume_id: "theirs" }];
    void clock.sleep(70_000).then(() => {
      on.it.emulator.addFault({ fault: "volumes-added", desktop_id: desktopId(), volumes, job: "visible" });
    });
    const { error } = await on.it.time.until(on.it.add());
    expect(error?.message).toMatch(/no job shows whether the disk was added/);
    expect(on.it.disks()).toHaveLength(1);
  });

  test("a job that was over long before", async () => {
    on.it.emulator.addFault({ fault: "cut-before-work", ...lost });
    on.it.emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(), duration_ms: 5000 });
    await on.it.time.pass(60_000);
    const { error } = await on.it.time.until(on.it.add());
    expect(error?.message).toMatch(/no job shows whether the disk was added/);
  });
});

test.each([-600_000, 600_000])(
  "a machine whose clock is %d ms off finds the job all the same",
  async (wrongBy) => {
    on.it.clock.wrongBy = wrongBy;
    on.it.emulator.addFault({ fault: "cut-after-work", ...lost });
    expect((await on.it.time.until(on.it.add())).error).toBeUndefined();
    expect(on.it.disks()).toHaveLength(1);
  },
);
