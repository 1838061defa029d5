/** Disks that move from resources of their own to one for all and back, by the steps of examples/desktop-disks. */
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import { diskProgram } from "./disk-program";
import { disksOf, disksProgram } from "./disks-program";

jest.setTimeout(240_000);

const ssd = { type: "SSD", size: 100 };
const sas = { type: "SAS", size: 500 };
const on = allInOneCloud();
/** Of the two disks, which stay the same all the time. */
let data: string;
let scratch: string;

beforeAll(async () => {
  on.it.stack.writeProgram(diskProgram({ data: { args: ssd }, scratch: { args: sas } }));
  passed(await on.it.stack.up());
  const disks = await on.it.disks();
  data = String(disks.data?.outputs?.volumeId);
  scratch = String(disks.scratch?.outputs?.volumeId);
});

afterEach(() => {
  expect(on.it.writes()).toEqual([]);
});

const take = (disk: object, existingVolumeId: string) => ({
  ...disk,
  existingVolumeId,
  deletionProtection: false,
});
const held = (disk: object) => ({ ...disk, deletionProtection: false });
const team = async () => disksOf(await on.it.stack.exportState(), "team");
/** A resource of its own for one disk, beside what a program of disks for all holds. */
const single = (name: string, disk: object) =>
  `new DataDiskAttachment(${JSON.stringify(name)}, ${JSON.stringify({ desktopId: desktopId(1), ...disk })});`;

// The tests of this file are one stack's life, in this order.

test("with retainOnDelete they move to one resource for all without a call", async () => {
  const opts = { retainOnDelete: true };
  on.it.stack.writeProgram(diskProgram({ data: { args: ssd, opts }, scratch: { args: sas, opts } }));
  passed(await on.it.stack.up());

  on.it.stack.writeProgram(
    disksProgram({ team: { disks: { data: take(ssd, data), scratch: take(sas, scratch) } } }),
  );
  passed(await on.it.stack.up());
  expect(await on.it.disks()).toEqual({});
  expect(await team()).toEqual({ data, scratch });

  on.it.stack.writeProgram(disksProgram({ team: { disks: { data: held(ssd), scratch: held(sas) } } }));
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("one of them moves out again in one run, and the other one stays", async () => {
  on.it.stack.writeProgram(
    disksProgram({ team: { disks: { scratch: held(sas) } } }, single("data", take(ssd, data))),
  );

  expect(passed(await on.it.stack.up())).toMatch(/"data" of desktop .* is let go and not deleted/);

  expect(await team()).toEqual({ scratch });
  expect(await on.it.disks()).toMatchObject({ data: { outputs: { volumeId: data } } });
});

test("without retainOnDelete the old resource deletes nothing, however often up is run", async () => {
  on.it.stack.writeProgram(disksProgram({ team: { disks: { data: take(ssd, data), scratch: held(sas) } } }));

  for (let runs = 0; runs < 2; runs += 1) {
    expect(failed(await on.it.stack.up())).toMatch(
      /another resource of the program has taken over disk .* pulumi state delete/,
    );
    expect(await team()).toEqual({ data, scratch });
  }
  // Nor when the program no longer says where the disk came from.
  on.it.stack.writeProgram(disksProgram({ team: { disks: { data: held(ssd), scratch: held(sas) } } }));
  expect(failed(await on.it.stack.up())).toMatch(/another resource of the program has taken over disk/);

  const { data: old } = await on.it.disks();
  passed(await on.it.stack.run(["state", "delete", old?.urn ?? "", "--yes"]));
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("with retainOnDelete of the one for all, they move back without a call", async () => {
  const opts = { retainOnDelete: true };
  on.it.stack.writeProgram(disksProgram({ team: { disks: { data: held(ssd), scratch: held(sas) }, opts } }));
  passed(await on.it.stack.up());

  on.it.stack.writeProgram(
    diskProgram({ data: { args: take(ssd, data) }, scratch: { args: take(sas, scratch) } }),
  );
  passed(await on.it.stack.up());

  expect(await team()).toEqual({});
  expect(await on.it.disks()).toMatchObject({
    data: { outputs: { volumeId: data } },
    scratch: { outputs: { volumeId: scratch } },
  });
  expect(on.it.volumes(1)).toHaveLength(2);
});
