/** A preview with the real engine looks at desktops: with one call, by property, and without a trace in state. */
import { join } from "node:path";
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import { diskProgram, type ProgramDisk } from "./disk-program";

jest.setTimeout(240_000);

const on = allInOneCloud({ desktops: 5 });

/** A disk on each of these numbered desktops. */
const disksOn = (...desktops: number[]): Record<string, ProgramDisk> =>
  Object.fromEntries(desktops.map((desktop) => [`on-${desktop}`, { args: { desktop } }]));

// The tests of this file are one stack's life, in this order.

test("what cannot succeed is refused by property, before anything is changed", async () => {
  on.it.stack.writeProgram(diskProgram(disksOn(1, 2, 99)));
  const output = failed(await on.it.stack.preview());
  expect(output).toMatch(/property desktopId value \{\S+99\} has a problem: there is no desktop .*HWD1701/s);
  expect(on.it.calls()).toEqual({ "list desktops": 1, "show desktop": 1 });
});

test("a preview of new disks on several desktops needs one call", async () => {
  on.it.stack.writeProgram(diskProgram(disksOn(1, 2, 3, 4)));
  passed(await on.it.stack.preview());
  expect(on.it.calls()).toEqual({ "list desktops": 1 });
});

test("up looks in its preview alone, and state has no trace of it", async () => {
  passed(await on.it.stack.up());
  expect(JSON.stringify(await on.it.stack.exportState())).not.toContain("__preview");
  on.it.forget();
  passed(await on.it.stack.preview());
  passed(await on.it.stack.up({ previewed: true }));
  expect(on.it.requests()).toEqual([]);

  on.it.stack.writeProgram(diskProgram({ ...disksOn(1, 2, 3), "on-4": { args: { desktop: 4, size: 200 } } }));
  passed(await on.it.stack.up());
  const { "list desktops": alone = 0, ...others } = on.it.calls();
  on.it.forget();
  on.it.stack.writeProgram(diskProgram({ ...disksOn(1, 2, 3), "on-4": { args: { desktop: 4, size: 300 } } }));
  passed(await on.it.stack.up({ previewed: true }));
  expect(on.it.calls()).toEqual({ ...others, "list desktops": alone + 1 });
  expect(on.it.volumes(4)).toMatchObject([{ size: 300 }]);
});

test("a plan of a preview is what up carries out", async () => {
  on.it.stack.writeProgram(
    diskProgram({ ...disksOn(1, 2, 3, 5), "on-4": { args: { desktop: 4, size: 350 } } }),
  );
  const plan = join(on.it.stack.projectDirectory, "plan.json");
  passed(await on.it.stack.preview({ args: ["--save-plan", plan] }));
  passed(await on.it.stack.up({ previewed: true, args: ["--plan", plan] }));
  expect([on.it.volumes(4), on.it.volumes(5)]).toMatchObject([[{ size: 350 }], [{ size: 100 }]]);
});

test("a changed disk of a desktop that somebody deleted is refused", async () => {
  on.it.emulator.addFault({ fault: "desktop-deleted", desktop_id: desktopId(4), as: "status" });
  on.it.stack.writeProgram(diskProgram({ ...disksOn(1, 2, 3), "on-4": { args: { desktop: 4, size: 400 } } }));
  expect(failed(await on.it.stack.preview())).toMatch(/desktopId: the desktop was deleted.*HWD1701/s);
});
