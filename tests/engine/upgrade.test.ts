/** The first runs after an upgrade, on a stack that 0.1.0 made: nothing changes, and nothing is called that 0.1.0 did not call. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DesktopSpec } from "huaweicloud-workspace-emulator";
import { allInOneCloud, everyReading, failed, passed } from "./cloud";
import type { StackState } from "./pulumi";
import { holdersOf, type Resources, resourcesProgram } from "./resources-program";

jest.setTimeout(120_000);

/** What 0.1.0 left: the desktops with their disks, and the state of the stack. `<endpoint>` stands for the API. */
interface Recorded {
  readonly desktops: DesktopSpec[];
  readonly state: StackState;
}

const on = allInOneCloud({ desktops: 0, dialects: everyReading });

/** The program that made this state. */
const program: Resources = {
  plain: { is: "disk", args: { size: 100 } },
  timed: {
    is: "disk",
    args: { size: 10, allowReplace: true },
    opts: { customTimeouts: { delete: "20m" } },
  },
  fast: {
    is: "disk",
    args: { type: "GPSSD2", size: 50, iops: 3000, throughput: 125, region: "cn-north-4" },
  },
  protected: { is: "disk", args: { type: "SAS", size: 30, deletionProtection: true } },
  adopted: {
    is: "disk",
    desktop: 3,
    args: {
      type: "SAS",
      size: 50,
      existingVolumeId: "b0000000-0000-4000-8000-000000000001",
      deletionProtection: false,
    },
  },
  team: {
    is: "disks",
    desktop: 2,
    disks: {
      data: { type: "SSD", size: 100 },
      safe: { type: "SSD", size: 100, deletionProtection: true },
      fast: { type: "GPSSD2", size: 50, iops: 3000, throughput: 125 },
    },
  },
  guarded: {
    is: "disks",
    desktop: 4,
    args: { deletionProtection: true },
    disks: {
      old: { type: "SSD", size: 20, existingVolumeId: "b0000000-0000-4000-8000-000000000002" },
      scratch: { type: "SAS", size: 10, deletionProtection: false, allowReplace: true },
    },
  },
};

/** Who holds which disk in that state. */
let before: Record<string, string>;

const diskIds = () =>
  on.it
    .volumes()
    .map(({ volume_id: id }) => id)
    .sort();

beforeAll(async () => {
  const text = readFileSync(join(__dirname, "states", "stack-v1.json"), "utf8");
  const { desktops, state } = JSON.parse(text.replaceAll("<endpoint>", on.it.emulator.url)) as Recorded;
  on.it.emulator.addDesktops(desktops);
  on.it.stack.writeProgram(resourcesProgram(program));
  await on.it.stack.importState(state);
  before = holdersOf(state);
});

// The tests of this file are one stack's life, in this order.

test("preview and up show no change and make no call", async () => {
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
  expect(passed(await on.it.stack.up())).toMatch(/8 unchanged/);

  expect(on.it.requests()).toEqual([]);
  expect(Object.keys(before)).toHaveLength(10);
  expect(holdersOf(await on.it.stack.exportState())).toEqual(before);
});

test("refresh reads all desktops with one call, as before, and finds nothing changed", async () => {
  passed(await on.it.stack.refresh({ args: ["--expect-no-changes"] }));

  expect(on.it.calls()).toEqual({ "list desktops": 1 });
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("what 0.1.0 protected is not deleted, by the engine nor by the provider", async () => {
  on.it.stack.writeProgram(resourcesProgram({ ...program, protected: undefined }));
  expect(failed(await on.it.stack.preview())).toMatch(
    /::protected" cannot be deleted\s+because it is protected/,
  );

  const destroy = await on.it.stack.destroy({ args: ["--ignore-protect", "--continue-on-error"] });

  expect(failed(destroy)).toMatch(/deletionProtection/);
  const { plain, timed, fast, adopted, ...kept } = before;
  expect([plain, timed, fast, adopted]).not.toContain(undefined);
  expect(holdersOf(await on.it.stack.exportState())).toEqual(kept);
  expect(diskIds()).toEqual(Object.values(kept).sort());
});
