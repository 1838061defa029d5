/**
 * A hand-over whose second run is not done in one go: by targets, one at a time,
 * with a refresh in between, with an adoption that fails, with a killed engine.
 * The holders said `retain` when their disks were made.
 */
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import {
  holdersOf,
  type Inputs,
  type Resource,
  type Resources,
  resourcesProgram,
  ssd,
} from "./resources-program";

jest.setTimeout(240_000);

const on = allInOneCloud({ desktops: 6 });

const retain = { deletionPolicy: "retain" };
const adopts = (existingVolumeId = "") => ({ existingVolumeId, ...retain });
const disksOn = (desktop: number, disks: Readonly<Record<string, Inputs>>): Resource => ({
  is: "disks",
  desktop,
  disks,
});
const single = (desktop: number, args: Inputs): Resource => ({ is: "disk", desktop, args });
const both = { stays: ssd, moves: { ...ssd, ...retain } };

let made: Record<string, string>;
/** The program as the tests before have left it, changed. */
let program: Resources = {};

const held = async () => holdersOf(await on.it.stack.exportState());
const ids = (desktop: number) =>
  on.it
    .volumes(desktop)
    .map(({ volume_id: id }) => id)
    .sort();
/** The arguments that limit a run to these resources. */
const only = (...names: string[]) => names.flatMap((name) => ["--target", `**::${name}`]);

function change(resources: Resources): void {
  program = { ...program, ...resources };
  on.it.stack.writeProgram(resourcesProgram(program));
}

// The tests of this file are one stack's life, in this order.

test("a policy that is stated from the start counts as soon as the disk is there", async () => {
  change({
    "set-1": disksOn(1, both),
    "single-2": single(2, retain),
    "set-2": disksOn(2, { stays: ssd }),
    "set-3": disksOn(3, both),
    "set-4": disksOn(4, both),
    "set-5": disksOn(5, both),
    "set-6": disksOn(6, both),
  });

  passed(await on.it.stack.up({ parallel: 16 }));

  made = await held();
  expect(Object.keys(made)).toHaveLength(12);
});

test("a run that targets the takers alone leaves two holders for a while, and a refresh finds nothing", async () => {
  change({
    "set-1": disksOn(1, { stays: ssd }),
    "taker-1": single(1, adopts(made["set-1.moves"])),
    "single-2": undefined,
    "set-2": disksOn(2, { stays: ssd, moves: { ...ssd, ...adopts(made["single-2"]) } }),
  });

  passed(await on.it.stack.up({ args: only("taker-1", "set-2") }));

  expect(await held()).toEqual({
    ...made,
    "taker-1": made["set-1.moves"],
    "set-2.moves": made["single-2"],
  });
  passed(await on.it.stack.refresh({ args: ["--expect-no-changes"] }));
  expect(on.it.writes()).toEqual([]);
});

test("the destroy of the former holders deletes what they hold for themselves, and not what has been taken", async () => {
  passed(await on.it.stack.destroy({ args: only("set-1", "single-2") }));

  const { "set-1.stays": stays, "set-1.moves": moved, "single-2": single2, ...others } = made;
  expect(await held()).toEqual({ ...others, "taker-1": moved, "set-2.moves": single2 });
  expect(on.it.writes().map(({ path, body }) => [path, body])).toEqual([
    [`/desktops/${desktopId(1)}/volumes/batch-delete`, { volume_ids: [stays] }],
  ]);
  expect(ids(1)).toEqual([moved]);
  expect(ids(2)).toEqual([single2, made["set-2.stays"]].sort());
});

test("a run that targets the former holder alone lets go, and the next one takes the disk", async () => {
  change({
    "set-1": undefined,
    "set-3": disksOn(3, { stays: ssd }),
    "taker-3": single(3, adopts(made["set-3.moves"])),
  });
  passed(await on.it.stack.up({ args: only("set-3") }));
  expect(await held()).not.toHaveProperty(["set-3.moves"]);
  passed(await on.it.stack.refresh({ args: only("set-3") }));

  passed(await on.it.stack.up());

  expect(await held()).toMatchObject({ "taker-3": made["set-3.moves"], "set-3.stays": made["set-3.stays"] });
  expect(on.it.writes()).toEqual([]);
  expect(ids(3)).toHaveLength(2);
});

test("an adoption that fails after the holder has let go costs nothing, and taking it back buys nothing", async () => {
  const after = { code: `dependsOn: [all["set-4"]]` };
  change({
    "set-4": disksOn(4, { stays: ssd }),
    "taker-4": { ...single(4, adopts(made["set-4.moves"])), ...after },
  });
  on.it.emulator.addFault({
    fault: "respond",
    status: 403,
    body: { error_code: "WKS.0403", error_msg: "no permission" },
    times: "always",
    match: { method: "GET", desktop_id: desktopId(4) },
  });
  expect(failed(await on.it.stack.up())).toMatch(/no permission/);
  on.it.emulator.clearFaults();
  expect(await held()).not.toHaveProperty(["set-4.moves"]);
  expect(await held()).not.toHaveProperty(["taker-4"]);

  change({ "set-4": disksOn(4, both), "taker-4": undefined });
  passed(await on.it.stack.up());

  expect(await held()).toMatchObject({ "set-4.moves": made["set-4.moves"] });
  expect(on.it.writes()).toEqual([]);
  expect(ids(4)).toHaveLength(2);
});

test("an engine that is killed between the two halves: the next up finishes, and buys nothing", async () => {
  change({
    "set-5": disksOn(5, { stays: ssd }),
    "taker-5": { ...single(5, adopts(made["set-5.moves"])), code: `dependsOn: [all["set-5"]]` },
    "taker-6": single(6, adopts(made["set-6.moves"])),
    "set-6": { ...disksOn(6, { stays: ssd }), code: `dependsOn: [all["taker-6"]]` },
  });
  on.it.emulator.addFault({
    fault: "slow",
    delay_ms: 3_000,
    times: "always",
    match: { method: "GET" },
  });
  const up = on.it.stack.start("up");
  // The holder lets go without a call: the first read is the taker's.
  while (on.it.requests().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  up.kill();
  up.killOrphans();
  await up.result;
  on.it.emulator.clearFaults();
  passed(await on.it.stack.cancel());

  passed(await on.it.stack.up());

  const now = await held();
  expect(now).toMatchObject({
    "set-5.stays": made["set-5.stays"],
    "taker-5": made["set-5.moves"],
    "set-6.stays": made["set-6.stays"],
    "taker-6": made["set-6.moves"],
  });
  expect(on.it.writes()).toEqual([]);
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("destroy deletes what was not to be retained, and each disk that was taken is still there", async () => {
  passed(await on.it.stack.destroy({ parallel: 16 }));

  const moved = [1, 3, 4, 5, 6].map((number) => made[`set-${number}.moves`]);
  expect([1, 2, 3, 4, 5, 6].flatMap(ids).sort()).toEqual([...moved, made["single-2"]].sort());
});
