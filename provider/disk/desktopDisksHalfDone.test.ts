/** What became of some of a desktop's disks when others went wrong, and what the next run makes of it. */
import { DisksLife, eachWithDisks, sas, ssd, three } from "../testing/disksLife";
import { desktopId } from "../testing/stage";

const { on, made } = eachWithDisks();

const add = { operation: "AddDesktopVolumes" };
const remove = { operation: "DeleteDesktopVolumes" };
const grow = { operation: "ExpandVolumes" };
const always = { times: "always" as const };

test("a create that added one of three keeps it, and the next up adds only the others", async () => {
  const life = new DisksLife(on.it);
  on.it.emulator.addFault({ fault: "partial-batch", done: 1, match: add });
  const { did, error } = await life.want(three);
  expect(did).toBe("create");
  expect(error?.message).toMatch(
    /^2 data disk\(s\) of desktop d0.*:\n- b: adding data disk "b" \(SAS, 500 GB\).*\n- c: /,
  );
  expect(life.state).toMatchObject({ unfinished: true });
  expect(Object.keys(life.ids())).toEqual(["a"]);
  const { a } = life.ids();
  life.forget();
  expect(await life.want(three)).toEqual({ did: "update" });
  expect(life.calls()).toEqual([["volumes", sas, three.c]]);
  expect(life.ids().a).toBe(a);
  expect(life.state).not.toHaveProperty("unfinished");
  expect(life.there()).toHaveLength(3);
});

test("what was wrong with a disk that was not made can be put right, or left out", async () => {
  const life = new DisksLife(on.it);
  on.it.emulator.addFault({ fault: "partial-batch", done: 1, match: add });
  const wrong = { ...sas, size: 90_000, deletionProtection: true };
  await life.want({
    a: ssd,
    b: wrong,
    c: { ...sas, existingVolumeId: "nowhere", deletionProtection: true },
  });
  expect(Object.keys(life.ids())).toEqual(["a"]);
  expect(await life.want({ a: ssd, b: { type: "SSD", size: 50 } })).toEqual({ did: "update" });
  expect(life.there()).toHaveLength(2);
});

test("a create of which nothing was made leaves nothing, and the next up adds each disk once", async () => {
  const life = new DisksLife(on.it);
  on.it.emulator.addFault({
    fault: "respond",
    status: 403,
    body: { error_code: "WKS.0403", error_msg: "no" },
    match: add,
  });
  expect((await life.want(three)).error?.message).toMatch(/^3 data disk/);
  expect(life.id).toBeUndefined();
  expect(await life.want(three)).toEqual({ did: "create" });
  expect(life.there()).toHaveLength(3);
});

test("a growth that failed leaves the true size in state; it can be tried again or taken back", async () => {
  const life = await made({ a: ssd, b: sas });
  on.it.emulator.addFault({ fault: "job-fails", match: grow, reason: "quota exceeded", ...always });
  const larger = { a: { ...ssd, size: 200 }, b: sas };
  const { error } = await life.want(larger);
  expect(error?.message).toMatch(/- a: changing data disk "a" .*quota exceeded.*Put right what it names/s);
  expect(error?.message).not.toMatch(/snapshot/);
  expect(life.state).toMatchObject({ unfinished: true, disks: { a: { size: 100 } } });
  expect(await life.want({ a: ssd, b: sas })).toEqual({ did: "update" });
  expect(life.state).not.toHaveProperty("unfinished");
  await life.want(larger);
  on.it.emulator.clearFaults();
  expect(await life.want(larger)).toEqual({ did: "update" });
  expect(life.state).toMatchObject({ disks: { a: { size: 200 } } });
});

test("a disk that cannot be deleted keeps nobody else, and is deleted by a later run", async () => {
  const life = await made(three);
  const { b } = life.ids();
  on.it.emulator.addFault({ fault: "refuse-batch", volume_id: b ?? "", ...always });
  const { error } = await life.end();
  expect(error?.message).toMatch(
    new RegExp(`^1 data disk\\(s\\) .*:\\n- b: deleting data disk "b" \\(${b ?? ""}\\)`),
  );
  expect(life.there()).toEqual([b]);
  on.it.emulator.clearFaults();
  life.forget();
  expect(await life.end()).toEqual({ did: "delete" });
  expect(life.calls()).toEqual([["batch-delete", b]]);
});

test("a name that is gone whose disk cannot be deleted stays in state, and a later run deletes it", async () => {
  const life = await made(three);
  const { a, c } = three;
  const { b } = life.ids();
  on.it.emulator.addFault({ fault: "refuse-batch", volume_id: b ?? "", ...always });
  expect((await life.want({ a, c })).error?.message).toMatch(/- b: deleting/);
  expect(life.ids().b).toBe(b);
  on.it.emulator.clearFaults();
  life.forget();
  expect(await life.want({ a, c })).toEqual({ did: "update" });
  expect(life.calls()).toEqual([["batch-delete", b]]);
  expect(Object.values(life.ids()).sort()).toEqual(life.there());
});

test("a replaced disk is added only once the old one is gone", async () => {
  const life = await made({ a: ssd, b: sas });
  const { a } = life.ids();
  const other = { a: { type: "ESSD", size: 100, allowReplace: true }, b: sas };
  on.it.emulator.addFault({ fault: "job-fails", match: remove, ...always });
  expect((await life.want(other)).error?.message).toMatch(/- a: deleting data disk "a" .*snapshots/s);
  expect(new Set(life.calls().map(([what]) => what))).toEqual(new Set(["batch-delete"]));
  expect(life.ids().a).toBe(a);
  on.it.emulator.clearFaults();
  life.forget();
  expect(await life.want(other)).toEqual({ did: "update" });
  expect(life.calls()).toEqual([
    ["batch-delete", a],
    ["volumes", { type: "ESSD", size: 100 }],
  ]);
  expect(Object.values(life.ids()).sort()).toEqual(life.there());
});

test("a replacement that failed after the delete is added by the next up, once", async () => {
  const life = await made({ a: ssd, b: sas });
  const other = { a: { type: "ESSD", size: 100, allowReplace: true }, b: sas };
  on.it.emulator.addFault({ fault: "job-fails", match: add });
  expect((await life.want(other)).error?.message).toMatch(/- a: adding data disk "a" \(ESSD, 100 GB\)/);
  expect(Object.keys(life.ids())).toEqual(["b"]);
  life.forget();
  expect(await life.want(other)).toEqual({ did: "update" });
  expect(life.calls()).toEqual([["volumes", { type: "ESSD", size: 100 }]]);
  expect(life.there()).toHaveLength(2);
});

test("after an operation that failed, the next up looks whether the disks are there", async () => {
  const life = await made({ a: ssd, b: sas });
  on.it.emulator.addFault({ fault: "job-fails", match: grow });
  const larger = { a: { ...ssd, size: 200 }, b: sas };
  await life.want(larger);
  on.it.emulator.addFault({
    fault: "volumes-removed",
    desktop_id: desktopId(),
    volume_ids: [life.ids().b ?? ""],
  });
  expect((await life.want(larger)).error?.message).toMatch(
    /- b: .*the desktop does not show disk .*pulumi refresh/,
  );
  await life.look();
  life.forget();
  expect(await life.want(larger)).toEqual({ did: "update" });
  expect(life.calls()).toEqual([["volumes", sas]]);
});
