import type { Fault } from "huaweicloud-workspace-emulator";
import { desktopId, eachOnStage } from "../testing/stage";

const on = eachOnStage();
const adds = { operation: "AddDesktopVolumes" };
const noListOfJobs: Fault = {
  fault: "respond",
  status: 403,
  body: {},
  match: { operation: "ListItaSubJobs" },
  times: "always",
};
const disk = { type: "SSD", size: 20 };
const bodies = () => on.it.changes().map(({ body }) => (body as { volumes: object[] }).volumes);
const errorOf = (result: { error?: Error }) => `${result.error?.name}: ${result.error?.message}`;

describe("lost answers: never a second purchase", () => {
  const lost: [string, Fault][] = [
    ["cut", { fault: "cut-after-work" }],
    ["502", { fault: "respond", status: 502, work: "done" }],
    ["500", { fault: "respond", status: 500, work: "done" }],
    ["504", { fault: "respond", status: 504, work: "done" }],
    ["503", { fault: "respond", status: 503, work: "done" }],
    ["no answer", { fault: "no-answer", work: "done" }],
    ["a page of HTML", { fault: "not-json" }],
    ["half a JSON", { fault: "truncated", length: "kept" }],
    ["a success without job_id", { fault: "respond", status: 200, body: {}, work: "done" }],
  ];
  test.each(lost)("%s, carried out: its job is found and its disks are handed out", async (_, fault) => {
    on.it.emulator.addFault({ ...fault, match: adds });
    const results = await on.it.time.until(Promise.all([on.it.add(), on.it.add({ size: 30 })]));
    expect(results.map(({ volume }) => volume?.size)).toEqual([20, 30]);
    expect(bodies()).toHaveLength(1);
    expect(on.it.disks()).toHaveLength(2);
  });

  test.each<[string, Fault]>([
    ["cut", { fault: "cut-before-work" }],
    ["502", { fault: "respond", status: 502 }],
    ["500", { fault: "respond", status: 500 }],
    ["504", { fault: "respond", status: 504 }],
    ["no answer", { fault: "no-answer" }],
    ["a success without job_id", { fault: "respond", status: 200, body: {} }],
  ])("%s, not carried out: nobody can tell, and nothing is sent again", async (_, fault) => {
    on.it.emulator.addFault({ ...fault, match: adds });
    expect(errorOf(await on.it.time.until(on.it.add()))).toMatch(
      /OutcomeUnknownError: the answer was lost \(.*The desktop shows no new disk so far; one may still appear/,
    );
    expect(bodies()).toHaveLength(1);
  });

  test("no list of jobs, but a new disk: the error names it, and how to take it over", async () => {
    on.it.emulator.addFault({ fault: "cut-after-work", match: adds });
    on.it.emulator.addFault(noListOfJobs);
    const result = await on.it.time.until(on.it.add());
    const id = on.it.disks()[0]?.volume_id ?? "";
    expect(errorOf(result)).toMatch(
      new RegExp(`OutcomeUnknownError: .*appeared since: ${id} .*existingVolumeId: "${id}"`),
    );
    expect(bodies()).toHaveLength(1);
  });

  test("503 with nothing to be seen of it is sent again", async () => {
    on.it.emulator.addFault({ fault: "respond", status: 503, match: adds });
    expect((await on.it.time.until(on.it.add())).volume).toMatchObject(disk);
    expect(bodies()).toHaveLength(2);
    expect(on.it.disks()).toHaveLength(1);
  });

  test("503, and no list of jobs to tell: not sent again, however little the desktop shows", async () => {
    on.it.emulator.addFault({ fault: "respond", status: 503, work: "done", match: adds });
    on.it.emulator.addFault({ fault: "reads-lag", lag_ms: 60_000, match: adds });
    on.it.emulator.addFault(noListOfJobs);
    expect(errorOf(await on.it.time.until(on.it.add()))).toMatch(/OutcomeUnknownError: .* 503/);
    expect(bodies()).toHaveLength(1);
  });

  test("503, a job that nobody knows, and reads that lag: not sent again", async () => {
    on.it.emulator.addFault({ fault: "respond", status: 503, work: "done", match: adds });
    on.it.emulator.addFault({ fault: "job-forgotten", match: adds });
    on.it.emulator.addFault({ fault: "reads-lag", lag_reads: 3, match: adds });
    expect(errorOf(await on.it.time.until(on.it.add()))).toMatch(/OutcomeUnknownError: .*appeared since/);
    expect(bodies()).toHaveLength(1);
  });

  test("503, sent again, and then a lost answer: no third time", async () => {
    on.it.emulator.addFault({ fault: "respond", status: 503, match: adds });
    on.it.emulator.addFault({ fault: "respond", status: 502, match: adds });
    expect(errorOf(await on.it.time.until(on.it.add()))).toMatch(/OutcomeUnknownError: .* 502/);
    expect(bodies()).toHaveLength(2);
  });

  test("503 and a conflict, after which its disk is there after all: nothing is sent again", async () => {
    on.it.emulator.addFault({ fault: "respond", status: 503, match: adds });
    on.it.emulator.addFault({ fault: "conflict", match: adds });
    const adding = on.it.add();
    await on.it.time.until(
      (async () => {
        while (bodies().length < 2) await on.it.clock.sleep(50);
      })(),
    );
    on.it.emulator.addFault({
      fault: "volumes-added",
      desktop_id: desktopId(),
      volumes: [{ ...disk, volume_id: "late" }],
    });
    expect(errorOf(await on.it.time.until(adding))).toMatch(/OutcomeUnknownError: .*appeared since: late/);
    expect(bodies()).toHaveLength(2);
  });

  test.each<[string, Fault]>([
    ["429", { fault: "throttle" }],
    ["409", { fault: "conflict" }],
    ["400 WKS.0407", { fault: "conflict", as: "disks-being-added" }],
  ])("%s is no lost answer: sent again", async (_, fault) => {
    on.it.emulator.addFault({ ...fault, match: adds });
    expect((await on.it.time.until(on.it.add())).volume).toMatchObject(disk);
    expect(on.it.disks()).toHaveLength(1);
  });
});
