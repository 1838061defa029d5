import { Clock } from "./clock";
import type { Project } from "./project";
import { by, projectOn } from "./testing/small-world";

let clock: Clock;
let project: Project;

beforeEach(() => {
  clock = new Clock(() => 0, "manual");
  project = projectOn(clock, { maxJobs: 1 });
});

test("a disk is found by its id, on the desktop that has it", () => {
  const desktop = project.putDesktop({ desktop_id: "a", data_volumes: [{ volume_id: "v" }] });
  expect(project.volume("v")).toMatchObject({ desktop: { desktop_id: "a" }, isRoot: false });
  expect(project.volume(desktop.root_volume.volume_id).isRoot).toBe(true);
  project.doAtOnce(desktop, [{ what: "detach", volumeId: "v" }], by);
  expect(() => project.volume("v")).toThrow("The volume v does not exist.");
});

test("disks that a change of a desktop leaves out are unknown from then on", () => {
  project.putDesktop({ desktop_id: "a", data_volumes: [{ volume_id: "v" }] });
  project.putDesktop({ desktop_id: "a", data_volumes: [{ volume_id: "w" }] });
  expect(project.ownerOf("v")).toBeUndefined();
  expect(project.ownerOf("w")).toBe("a");
});

test("the job of a desktop that is gone adds no disk to it", () => {
  const desktop = project.putDesktop({ desktop_id: "a" });
  const steps = [{ what: "attach", spec: { volume_id: "v" } } as const];
  const job = project.jobs.start("ADD_VOLUME", [{ desktop, steps }], by);
  project.dropDesktop(desktop, by);
  clock.advance(10);
  expect(project.jobs.state(job, job.endsAt, job.failure)).toBe("SUCCESS");
  project.jobs.start("ADD_VOLUME", [{ desktop: project.putDesktop({ desktop_id: "b" }), steps: [] }], by);
  project.jobs.settle(desktop);
  expect(project.ownerOf("v")).toBeUndefined();
});

test("a lagging view is shown for a time, then for a number of reads, and never again", () => {
  const desktop = project.putDesktop({ desktop_id: "a" });
  const view = { root_volume: desktop.root_volume, data_volumes: [], until: 10, reads: 1 };
  desktop.stale = view;
  const shown = [9, 0, 1, 0, 5].map((ms) => {
    clock.advance(ms);
    return project.staleView(desktop) === view;
  });
  expect(shown).toEqual([true, true, true, false, false]);
});
