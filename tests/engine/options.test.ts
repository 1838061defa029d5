/** Pulumi's own resource options do with disks what people expect of them. */
import { desktopId, failed, openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { diskProgram } from "./disk-program";
import type { ProgramDisk } from "./disk-program";

jest.setTimeout(240_000);

let cloud: Cloud;

beforeAll(async () => {
  cloud = await openCloud({ project: { program: "" }, desktops: 3 });
});

afterAll(() => cloud.close());

beforeEach(() => {
  cloud.forget();
});

function write(disks: Readonly<Record<string, ProgramDisk>>, more?: string): void {
  cloud.stack.writeProgram(diskProgram(disks, more));
}

// The tests of this file are one stack's life, in this order.

test("dependsOn puts disks of one desktop one after the other", async () => {
  write({ first: {}, second: { code: "dependsOn: [disks.first]" }, other: { args: { desktop: 2 } } });

  passed(await cloud.stack.up());

  const adds = cloud.writes().filter(({ path }) => path.includes(desktopId(1)));
  expect(adds.map(({ body }) => body)).toEqual([
    { volumes: [{ type: "SSD", size: 100 }] },
    { volumes: [{ type: "SSD", size: 100 }] },
  ]);
});

test("a disk that is renamed with an alias stays the disk that it is", async () => {
  const { first } = await cloud.disks();
  write({
    renamed: { opts: { aliases: [{ name: "first" }] } },
    second: { code: "dependsOn: [disks.renamed]" },
    other: { args: { desktop: 2 } },
  });

  passed(await cloud.stack.up());

  expect(await cloud.disks()).toMatchObject({ renamed: { id: first?.id } });
  expect(cloud.requests()).toEqual([]);
});

test("a change that is to be ignored changes nothing", async () => {
  write({
    renamed: { args: { size: 50, type: "SAS" }, opts: { ignoreChanges: ["size", "type"] } },
    second: {},
    other: { args: { desktop: 2 } },
  });

  passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));
});

test("a target alone is changed", async () => {
  write({
    renamed: { args: { size: 200 } },
    second: { args: { size: 200 } },
    other: { args: { desktop: 2 } },
  });
  const { second } = await cloud.disks();

  passed(await cloud.stack.up({ args: ["--target", second?.urn ?? ""] }));

  expect(await cloud.disks()).toMatchObject({
    renamed: { outputs: { size: 100 } },
    second: { outputs: { size: 200 } },
  });
});

test("a disk that Pulumi protects is not deleted, and one that it retains stays on the desktop", async () => {
  write({
    renamed: { opts: { protect: true } },
    second: { args: { size: 200 }, opts: { retainOnDelete: true } },
    other: { args: { desktop: 2 } },
  });
  passed(await cloud.stack.up());
  cloud.forget();

  write({ other: { args: { desktop: 2 } } });
  expect(failed(await cloud.stack.up())).toContain("protected");
  expect(cloud.requests()).toEqual([]);

  write({ renamed: {}, other: { args: { desktop: 2 } } });
  passed(await cloud.stack.up());
  expect(Object.keys(await cloud.disks()).sort()).toEqual(["other", "renamed"]);
  expect(cloud.volumes(1)).toHaveLength(2);
  expect(cloud.writes()).toEqual([]);
});

test("on a full desktop a replacement needs deleteBeforeReplace, and then works", async () => {
  cloud.emulator.addDesktops([
    {
      desktop_id: desktopId(3),
      data_volumes: Array.from({ length: 9 }, (_, n) => ({ volume_id: `full-${n}`, type: "SSD", size: 10 })),
    },
  ]);
  const kept = { renamed: {}, other: { args: { desktop: 2 } } };
  write({ ...kept, tenth: { args: { desktop: 3 } } });
  passed(await cloud.stack.up());

  write({ ...kept, tenth: { args: { desktop: 3, type: "SAS", allowReplace: true } } });
  expect(failed(await cloud.stack.up())).toMatch(/ten is the most it can hold.*deleteBeforeReplace/s);

  write({
    ...kept,
    tenth: {
      args: { desktop: 3, type: "SAS", allowReplace: true },
      opts: { deleteBeforeReplace: true },
    },
  });
  passed(await cloud.stack.up());
  expect(cloud.volumes(3)).toHaveLength(10);
  expect(cloud.volumes(3).filter(({ type }) => type === "SAS")).toHaveLength(1);
});

test("a disk can be looked up by its id, without being taken charge of", async () => {
  const id = `${desktopId(3)}/full-0`;
  const look = `const got = DataDiskAttachment.get("got", ${JSON.stringify(id)}); exports.got = pulumi.all([got.size, got.type, got.desktopId, got.volumeId]);`;
  const kept = {
    renamed: {},
    other: { args: { desktop: 2 } },
    tenth: { args: { desktop: 3, type: "SAS", allowReplace: true } },
  };
  write(kept, look);

  passed(await cloud.stack.up());
  expect((await cloud.stack.outputs()).got).toEqual([10, "SSD", desktopId(3), "full-0"]);
  expect(cloud.writes()).toEqual([]);

  write(kept);
  passed(await cloud.stack.up());
  expect(cloud.volumes(3)).toHaveLength(10);
});

test("a disk that is deleted with another one is not deleted by itself", async () => {
  write({
    renamed: {},
    other: { args: { desktop: 2 } },
    tenth: { args: { desktop: 3, type: "SAS" }, code: "deletedWith: disks.other" },
  });
  passed(await cloud.stack.up());
  cloud.forget();

  passed(await cloud.stack.destroy());

  expect(
    cloud
      .writes()
      .map(({ path }) => path)
      .sort(),
  ).toEqual([1, 2].map((desktop) => `/desktops/${desktopId(desktop)}/volumes/batch-delete`));
});
