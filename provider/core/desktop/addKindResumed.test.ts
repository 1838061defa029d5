import { runScript } from "./testing/runScript";
import { ended, listed, type Script, ScriptedDesktop, shown } from "./testing/scriptedDesktop";
import { disk, SSD } from "./testing/times";
import type { UnfinishedAddError, VolumeRequest } from "./volumeRequest";

describe("an add of an earlier run", () => {
  const pending = {
    sentAt: "2026-01-02T03:02:00.000Z",
    tookMs: 100,
    beforeIds: ["old"],
    spec: SSD,
    request: [SSD],
  };
  const resumed = (more: object = {}, rest: object = {}): VolumeRequest => ({
    kind: "add",
    spec: SSD,
    pending: { ...pending, ...more },
    ...rest,
  });
  /** Its job ran from two minutes before to 115 s before the start. */
  const earlier: Script = {
    read: () => shown([disk("old", -9_000), disk("new", -117)]),
    jobs: { j: [0, ended("j", [-120, -115])] },
    jobList: () => [listed("j", -120, { state: "succeeded" })],
  };

  test.each<[string, object, string]>([
    ["by its job", { jobId: "j" }, "0"],
    ["by the time of a request whose answer was lost, when reads lag no more", {}, "11"],
  ])("is found %s, and nothing is bought", async (_, more, second) => {
    const { results, calls } = await runScript(earlier, [resumed(more)]);
    expect(results).toEqual(["new"]);
    expect(calls.some((call) => call.includes("add SSD"))).toBe(false);
    expect(calls.at(-1)?.split(" ")[0]).toBe(second);
  });

  test.each<[string, Script["read"], object]>([
    ["its job made nothing", () => shown([disk("old", -9_000)]), { jobId: "j" }],
    [
      "an error has named what its job may have made",
      () => shown([disk("old", -9_000), disk("new", -117)]),
      { named: ["new"] },
    ],
  ])("is bought only now: %s", async (_, read, more) => {
    const { results } = await runScript(
      {
        ...earlier,
        read: (second) =>
          second < 16 ? read(second) : shown([disk("old", -9_000), disk("new", -117), disk("bought", 15)]),
        sends: [{ accepted: "j2" }],
        jobs: { ...earlier.jobs, j2: [16, ended("j2", [11, 16])] },
      },
      [resumed(more)],
    );
    expect(results).toEqual(["bought"]);
  });

  test.each<[string, object, boolean]>([
    ["the service has forgotten it", { state: "forgotten", status: "", begin: [], end: [] }, true],
    ["its status is unknown, and it has an end", { state: "unknown word", status: "SUSPENDED" }, true],
    [
      "its status is unknown, and it has no end",
      { state: "unknown word", status: "SUSPENDED", end: [] },
      false,
    ],
  ])("whose job cannot be judged, and nothing shows: %s", async (_, how, isBought) => {
    const { results } = await runScript(
      {
        ...earlier,
        read: (second) =>
          shown(second < 40 ? [disk("old", -9_000)] : [disk("old", -9_000), disk("bought", 39)]),
        sends: [{ accepted: "j2" }],
        jobs: { j: [0, ended("j", [-120, -115], how)], j2: [40, ended("j2", [30, 40])] },
      },
      [resumed({ jobId: "j" })],
    );
    expect(results[0]).toMatch(
      isBought ? /^bought$/ : /SUSPENDED, which this version does not know.*may still appear/,
    );
  });

  test("whose disk has a time that does not fit its job is not bought again: the error names it", async () => {
    const desktop = new ScriptedDesktop({
      ...earlier,
      read: () => shown([disk("old", -9_000), disk("new", -60)]),
    });
    const [error] = await desktop.settle([resumed({ jobId: "j" })]);
    expect((error as UnfinishedAddError).pending).toMatchObject({ jobId: "j", named: ["new"] });
    expect(desktop.calls.some((call) => call.includes("add SSD"))).toBe(false);
  });

  test("whose disk somebody has removed does not get the one that somebody added right after its job", async () => {
    const theirs = listed("theirs", -114, { state: "succeeded", end: ended("t", [-114, -113]).end });
    const desktop = new ScriptedDesktop({
      ...earlier,
      read: () => shown([disk("old", -9_000), disk("theirs", -113)]),
      jobList: () => [theirs],
    });
    const [error] = await desktop.settle([resumed({ jobId: "j" })]);
    expect((error as UnfinishedAddError).pending).toMatchObject({ jobId: "j", named: ["theirs"] });
    expect(desktop.ownership.isHeld("theirs")).toBeUndefined();
    expect(desktop.calls.some((call) => call.includes("add SSD"))).toBe(false);
  });

  test("whose job ended long ago is not bought again because of one old read", async () => {
    let reads = 0;
    const { results, calls } = await runScript(
      {
        ...earlier,
        read: () => shown([disk("old", -9_000), ...((reads += 1) <= 3 ? [] : [disk("new", -117)])]),
      },
      [resumed({ jobId: "j" })],
    );
    expect(results).toEqual(["new"]);
    expect(calls.some((call) => call.includes("add SSD"))).toBe(false);
  });

  test("that the service had refused is not taken for the one that began then: the error names its disk", async () => {
    const desktop = new ScriptedDesktop(earlier);
    const [error] = await desktop.settle([resumed({ refused: true })]);
    expect((error as UnfinishedAddError).pending).toMatchObject({ refused: true, named: ["new"] });
    expect(desktop.calls.some((call) => call.includes("add SSD"))).toBe(false);
  });

  test("that is only looked for, and was not carried out", async () => {
    const script: Script = { read: () => shown([disk("old", -9_000)]) };
    const { results, calls } = await runScript(script, [resumed({}, { resumeOnly: true })]);
    expect(results).toEqual(["done"]);
    expect(calls).toEqual(["0 read", "0 list jobs add", "0 read", "0 read"]);
  });

  describe("of a request for three, in a run that has not heard of the others yet", () => {
    const three = resumed({ jobId: "j", request: [SSD, SSD, SSD] });
    const all = [disk("old", -9_000), disk("a", -117), disk("b", -117), disk("c", -117)];
    const desktopWithAll = () => new ScriptedDesktop({ ...earlier, read: () => shown(all) });

    test("takes what the others do not have, when they are known", async () => {
      const desktop = desktopWithAll();
      const result = desktop.submit(three);
      await desktop.time.pass(2_000);
      for (const id of ["a", "b"]) desktop.ownership.hold(id, { ownershipId: id, title: id });
      expect(await desktop.time.until(result)).toBe("c");
    });

    test("shares them with those that look for theirs, too", async () => {
      const desktop = desktopWithAll();
      const results = [desktop.submit(three)];
      await desktop.time.pass(1_000);
      results.push(desktop.submit(three));
      await desktop.time.pass(1_000);
      results.push(desktop.submit(three));
      const found = await desktop.time.until(Promise.all(results));
      expect(found.sort()).toEqual(["a", "b", "c"]);
      expect(desktop.clock.now()).toBeLessThan(10_000);
    });

    test("takes none where two of the three are gone: the last one may be another resource's", async () => {
      const desktop = new ScriptedDesktop({
        ...earlier,
        read: () => shown([disk("old", -9_000), disk("a", -117)]),
      });
      const [error] = await desktop.settle([three]);
      expect((error as UnfinishedAddError).candidates).toEqual(["a"]);
      expect(desktop.ownership.isHeld("a")).toBeUndefined();
    });

    test("takes none where they stay unknown: each may be another resource's", async () => {
      const desktop = desktopWithAll();
      const [error] = await desktop.settle([three]);
      expect((error as UnfinishedAddError).candidates).toEqual(["a", "b", "c"]);
      expect((error as Error).message).toMatch(/other resources of this program.*existingVolumeId/);
      expect(desktop.clock.now()).toBeGreaterThanOrEqual(60_000);
    });
  });

  test("two of one request get their disks, whoever asks", async () => {
    const two = { jobId: "j", request: [SSD, SSD] };
    const { results } = await runScript(
      { ...earlier, read: () => shown([disk("old", -9_000), disk("a", -117), disk("b", -117)]) },
      [resumed(two), resumed(two)],
    );
    expect([...results].sort()).toEqual(["a", "b"]);
  });
});
