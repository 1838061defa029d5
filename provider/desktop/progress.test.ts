import { desktopId, eachOnStage } from "../testing/stage";

const on = eachOnStage({ jobTimeMs: 20_000 });
const told = () => on.it.log.lines.filter((line) => line.includes("kept busy"));

test("what goes on is shown: which desktop, what, how many, how far, how long", async () => {
  on.it.furnish(["a", "b"]);
  await on.it.time.until(Promise.all([on.it.remove("a"), on.it.remove("b")]));
  expect(on.it.shown).toContainEqual(
    expect.stringMatching(/^desktop DESKTOP-0001: deleting 2 disks, \d+ s, \d+ %, job \S+ is RUNNING$/),
  );
  expect(told()).toEqual([]);
});

test("others who keep the desktop busy for long are told of once, in a line that stays", async () => {
  on.it.furnish(["a"]);
  on.it.emulator.addFault({ fault: "conflict", for_ms: 60_000 });
  await on.it.time.until(on.it.remove("a"));
  expect(told()).toEqual(["desktop DESKTOP-0001 is kept busy by somebody else; waiting for it"]);
});

test("so is somebody's job that is waited on, while it is waited on", async () => {
  on.it.furnish(["a"]);
  on.it.emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(), duration_ms: 60_000 });
  await on.it.time.until(on.it.remove("a"));
  expect(told()).toHaveLength(1);
});

test("a short conflict is not worth a line", async () => {
  on.it.furnish(["a"]);
  on.it.emulator.addFault({ fault: "conflict", for_ms: 1_000 });
  await on.it.time.until(on.it.remove("a"));
  expect(told()).toEqual([]);
});
