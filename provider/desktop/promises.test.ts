import fc from "fast-check";
import type { Fault } from "huaweicloud-workspace-emulator";
import {
  alike,
  DESKTOPS,
  diskId,
  DISKS,
  FIRST,
  type History,
  isTheirs,
  others,
  passing,
  PATIENT_MS,
  patientSteps,
  type Step,
  steps,
  wrong,
} from "../testing/histories";
import { MINUTE, type Result, stage, type Stage } from "../testing/stage";
import { fits } from "./assign";

interface Ended extends Result {
  step: Step;
  /** The disks that the desktop really had at that moment. */
  disks: ReturnType<Stage["disks"]>;
}

/** Lets a history happen and tells how it ended; the stage is still up. */
async function happen({ steps: all, faults, others: events }: History, it: Stage): Promise<Ended[]> {
  for (const on of DESKTOPS) {
    const data_volumes = DISKS.map((disk) => ({ ...FIRST, volume_id: diskId(on, disk) }));
    it.emulator.addDesktops([{ desktop_id: on, data_volumes }]);
  }
  for (const fault of faults) it.emulator.addFault(fault);
  for (const { at, fault } of events) {
    void it.clock.sleep(at).then(() => {
      // What is impossible by then, such as removing a disk that is gone, does not happen.
      try {
        it.emulator.addFault(fault);
      } catch {
        return;
      }
    });
  }
  const ended = all.map(async (step): Promise<Ended> => {
    await it.clock.sleep(step.at);
    const result = await it.ask(step.request, step);
    return { ...result, step, disks: it.disks(step.on) };
  });
  const results = await it.time.until(Promise.all(ended));
  // What goes on unseen after a time-out comes to its end before it is counted.
  await it.time.pass(MINUTE);
  return results;
}

const bodyOf = (request: { body: unknown }) => request.body as { volumes?: object[]; volume_ids?: string[] };

/** Errors after which no disk was bought. */
const SURELY_NOT = ["ApiError", "JobFailedError"];

/** What must hold whatever happens. */
function keepsItsPromises({ steps: all, others: events }: History, ended: readonly Ended[], it: Stage): void {
  const removedByOthers = events.flatMap(({ fault }) =>
    fault.fault === "volumes-removed" ? fault.volume_ids : [],
  );
  const toDelete = all.flatMap(({ request }) => (request.kind === "delete" ? [request.volumeId] : []));

  for (const request of it.asked("POST */batch-delete")) {
    const ids = bodyOf(request).volume_ids ?? [];
    expect(ids.length).toBeLessThanOrEqual(10);
    // Only what was asked for, and only on its own desktop.
    for (const id of ids) {
      expect(toDelete).toContain(id);
      expect(request.path).toContain(`${id.slice(0, 1)}/volumes/batch-delete`);
    }
  }
  for (const request of it.asked("POST */volumes"))
    expect(bodyOf(request).volumes?.length).toBeLessThanOrEqual(10);

  const given = ended
    .filter(({ step }) => step.request.kind === "add")
    .flatMap(({ volume }) => volume?.volumeId ?? []);
  expect(new Set(given).size).toBe(given.length);

  for (const on of DESKTOPS) {
    const there = it.disks(on);
    const ids = there.map(({ volume_id }) => volume_id);
    for (const id of DISKS.map((disk) => diskId(on, disk))) {
      if (!toDelete.includes(id) && !removedByOthers.includes(id)) expect(ids).toContain(id);
    }
    const adds = ended.filter(({ step }) => step.on === on && step.request.kind === "add");
    const bought = ids.filter((id) => !/^\d-\d$/.test(id) && !isTheirs(id));
    const sure = adds.filter(({ volume }) => volume !== undefined);
    const unsure = adds.filter(({ error }) => error !== undefined && !SURELY_NOT.includes(error.name));
    const ours = sure.filter(({ volume }) => !isTheirs(volume?.volumeId ?? ""));
    expect(bought.length).toBeGreaterThanOrEqual(ours.length);
    expect(bought.length).toBeLessThanOrEqual(sure.length + unsure.length);
  }

  for (const { step, volume, error, disks } of ended) {
    if (error !== undefined) continue;
    const { request } = step;
    const real = disks.find(
      ({ volume_id }) => volume_id === (request.kind === "add" ? volume?.volumeId : request.volumeId),
    );
    switch (request.kind) {
      case "delete":
        expect(real).toBeUndefined();
        break;
      case "add":
        expect(real).toMatchObject(request.spec);
        expect(volume !== undefined && fits(request.spec, volume)).toBe(true);
        break;
      case "grow":
        expect(real?.size).toBe(request.size);
        break;
      case "qos":
        expect(real).toMatchObject({ iops: request.iops, throughput: request.throughput });
    }
  }
}

/** Runs many histories, each against an emulator of its own. */
async function always(
  histories: fc.Arbitrary<History>,
  numRuns: number,
  more: (ended: readonly Ended[], it: Stage) => void = () => undefined,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      histories,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
      async (history, chance) => {
        jest.spyOn(Math, "random").mockImplementation(() => [...chance.take(1)][0] ?? 0);
        const it = await stage({ desktops: DESKTOPS.length, jobTimeMs: { min: 300, max: 3000 } });
        try {
          const ended = await happen(history, it);
          keepsItsPromises(history, ended, it);
          more(ended, it);
        } finally {
          await it.end();
          jest.restoreAllMocks();
        }
      },
    ),
    { numRuns, seed: 20260102 },
  );
}

function history(
  requests: fc.Arbitrary<Step[]>,
  faults: fc.Arbitrary<Fault[]> = fc.constant([]),
  events: fc.Arbitrary<History["others"]> = fc.constant([]),
): fc.Arbitrary<History> {
  return fc.record({ steps: requests, faults, others: events });
}

const conflicts = (it: Stage) => it.changes().filter(({ status }) => status === 409);

test("without faults everything asked for is done, and no conflict is of our own making", async () => {
  await always(history(patientSteps), 25, (ended, it) => {
    expect(conflicts(it)).toEqual([]);
    for (const { error, step, at } of ended) {
      // A disk may be deleted, or grown further, before its change has its turn; a desktop may be full.
      if (step.request.kind === "delete") expect(error).toBeUndefined();
      if (error !== undefined)
        expect(error.message).toMatch(/no longer has disk|cannot shrink|ten is the most/);
      expect(at).toBeLessThan(3 * MINUTE);
    }
  });
}, 60_000);

test("after lost, late and refused answers all deletes are done, and no disk is bought twice", async () => {
  await always(history(steps, fc.array(passing, { minLength: 1, maxLength: 4 })), 50, (ended) => {
    for (const { error, step, at } of ended) {
      const wasInTime = error?.name !== "TimeoutError" || step.timeoutMs === PATIENT_MS;
      if (step.request.kind === "delete" && wasInTime) expect(error).toBeUndefined();
      expect(at).toBeLessThan(15 * MINUTE);
    }
  });
}, 60_000);

test("whatever goes wrong, and whatever others do, the promises are kept and all comes to an end", async () => {
  const anything = fc.array(fc.oneof(passing, wrong), { maxLength: 5 });
  await always(history(steps, anything, others), 45, (ended) => {
    for (const { at } of ended) expect(at).toBeLessThan(20 * MINUTE);
  });
}, 60_000);

test("others who add disks just like ours make nobody get two, or any two the same", async () => {
  await always(history(steps, fc.array(passing, { maxLength: 2 }), alike), 30);
}, 60_000);

test("a job that never ends costs its own requests their time, and no more", async () => {
  const endless: Fault[] = [{ fault: "job-never-ends", nth: 2 }];
  await always(history(steps, fc.constant(endless), others), 4, (ended) => {
    for (const { at } of ended) expect(at).toBeLessThanOrEqual(31 * MINUTE);
  });
}, 60_000);
