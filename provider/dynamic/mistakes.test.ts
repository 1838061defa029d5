/** Mistakes in changes of what is there: the whole text, and that the way out which it names leads out. */
import { desktopId } from "../../testing/emulatedCloud";
import type { Declared } from "../../testing/engine/emulatedStack";
import { cloud, one, stack } from "./testing/oneResource";

const refused = (why: string, doing = "Changing") =>
  `${doing} data disks of desktop ${desktopId()} is refused: ${why}. Nothing was sent to the service.`;
const up = async (program: Record<string, Declared>) => {
  const ended = await stack.up(program);
  return Object.fromEntries(Object.entries(ended).map(([name, { did, error }]) => [name, error ?? did]));
};

test("a misspelled region that got into state: its disk moves to a resource with the right one", async () => {
  const right = cloud.env.HW_REGION_NAME;
  cloud.env.HW_REGION_NAME = "cn-nroth-4";
  expect(await up({ it: one() })).toEqual({ it: "create" });
  expect(stack.shown).toEqual([
    'region "cn-nroth-4" (HW_REGION_NAME) does not look right; did you mean "cn-north-4"? ' +
      "With a project id and an endpoint of their own nothing else shows a wrong region, and it is kept in state",
  ]);
  const [volumeId] = cloud.ids();

  cloud.env.HW_REGION_NAME = right;
  const why =
    'region: would change from "cn-nroth-4" (in state) to "cn-north-4" (HW_REGION_NAME), which cannot be done in place: ' +
    "the disk would be deleted with its data and a new, empty one added. To keep the disk, correct the source of the new value, " +
    'or set region: "cn-nroth-4" on the resource; if the value in state is the wrong one, docs/errors.md says under HWD1103 ' +
    "how to correct it. To allow the loss of its data, set allowReplace: true";
  expect(await up({ it: one() })).toEqual({ it: `${refused(why)} [HWD1103]` });

  // The way of the page.
  const kept = { region: "cn-nroth-4", deletionPolicy: "retain", deletionProtection: false };
  expect(await up({ it: one(kept) })).toEqual({ it: "update" });
  const moved = one({ existingVolumeId: volumeId, deletionProtection: true });
  expect(await up({ new: moved })).toEqual({ new: "create", it: "delete" });
  expect(stack.state("new")).toMatchObject({ volumeId, region: "cn-north-4" });
  expect(cloud.ids()).toEqual([volumeId]);
  expect(cloud.changes().map(([call]) => call)).toEqual(["volumes"]);
});

test("a disk that shrinks, and a protected one whose block is gone", async () => {
  await up({ it: one({ deletionProtection: true }) });
  const [volumeId = ""] = cloud.ids();
  const shrinks =
    "size: would change from 100 GB (in state) to 50 GB (program): a disk cannot shrink. Set size to 100; for a smaller disk " +
    "add a second one, move the data over on the desktop, then remove this one";
  expect(await up({ it: one({ size: 50, deletionProtection: true }) })).toEqual({
    it: `${refused(shrinks)} [HWD1104]`,
  });
  const isProtected =
    `deletionProtection of disk ${volumeId} is true in state, which "pulumi state unprotect" does not change. To delete the disk with its data, ` +
    'set deletionProtection: false (put the resource back if it is gone from the program), run "pulumi up", then delete it. ' +
    'To keep the disk and only forget it, set deletionPolicy: "retain" as well, run "pulumi up", then delete the resource. ' +
    'If a replacement has left the resource behind as "(Pending Deletion)", run "pulumi state delete" with its URN ' +
    '("pulumi stack --show-urns" shows it) and choose the one marked so';
  expect(await up({})).toEqual({ it: `${refused(isProtected, "Deleting")} [HWD1105]` });

  // To keep the disk and only forget it.
  expect(await up({ it: one({ deletionProtection: false, deletionPolicy: "retain" }) })).toEqual({
    it: "update",
  });
  expect(await up({})).toEqual({ it: "delete" });
  expect(cloud.ids()).toEqual([volumeId]);
});

test("a resource with a new name: a warning before its old disk is deleted", async () => {
  await up({ old: one() });
  const [volumeId = ""] = cloud.ids();
  expect(await up({ renamed: one() })).toEqual({ renamed: "create", old: "delete" });
  expect(stack.shown.map((line) => line.replace(/created [^)]*/, "created T"))).toEqual([
    `desktop DESKTOP-0001 also has ${volumeId} (SSD, 100 GB, created T), of the same type and size as a disk that was just added, ` +
      'and this run has seen no resource that has it. If this run replaces a resource ("--replace" or "pulumi state taint"), it may be its old disk. ' +
      "If the disk that was added belongs to an old resource with a new name, " +
      "this run deletes the old disk with its data: stop it now (Ctrl-C), and set the resource option " +
      'aliases: [{ name: "the old name" }]. If an earlier run was interrupted, it may be its disk; the orphans command lists such disks. ' +
      `To adopt one, set existingVolumeId: "${volumeId}" and deletionProtection (true or false) on a new resource and run "pulumi up".`,
  ]);
});

test("two resources that adopt one disk", async () => {
  cloud.furnish("v-1");
  const adopting = one({ existingVolumeId: "v-1", deletionProtection: true });
  const ended = await up({ first: adopting, second: adopting });
  expect(Object.values(ended).join("\n")).toContain(
    `existingVolumeId: DataDiskAttachment (new, on desktop ${desktopId()}) names disk v-1 as existingVolumeId as well. ` +
      'A disk has one holder: remove one of the two from the program. If state has both, "pulumi state delete" with the URN ' +
      "of the one to remove takes it out of state and leaves the disk as it is. [HWD1107]",
  );
  expect(cloud.changes()).toEqual([]);
});
