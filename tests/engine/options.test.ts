/** Pulumi's own resource options do with disks what people expect of them. */
import { allInOneCloud, desktopId, failed, passed } from "./cloud";
import { diskProgram } from "./disk-program";
import type { ProgramDisk } from "./disk-program";

jest.setTimeout(240_000);

const on = allInOneCloud({ desktops: 3 });

function write(disks: Readonly<Record<string, ProgramDisk>>, more?: string): void {
  on.it.stack.writeProgram(diskProgram(disks, more));
}

// The tests of this file are one stack's life, in this order.

test("dependsOn puts disks of one desktop one after the other", async () => {
  write({ first: {}, second: { code: "dependsOn: [disks.first]" }, other: { args: { desktop: 2 } } });

  passed(await on.it.stack.up());

  const adds = on.it.writes().filter(({ path }) => path.includes(desktopId(1)));
  expect(adds.map(({ body }) => body)).toEqual([
    { volumes: [{ type: "SSD", size: 100 }] },
    { volumes: [{ type: "SSD", size: 100 }] },
  ]);
});

test("a disk that is renamed with an alias stays the disk that it is", async () => {
  const { first } = await on.it.disks();
  write({
    renamed: { opts: { aliases: [{ name: "first" }] } },
    second: { code: "dependsOn: [disks.renamed]" },
    other: { args: { desktop: 2 } },
  });

  passed(await on.it.stack.up());

  expect(await on.it.disks()).toMatchObject({ renamed: { id: first?.id } });
  expect(on.it.requests()).toEqual([]);
});

test("a change that is to be ignored changes nothing", async () => {
  write({
    renamed: { args: { size: 50, type: "SAS" }, opts: { ignoreChanges: ["size", "type"] } },
    second: {},
    other: { args: { desktop: 2 } },
  });

  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("a target alone is changed", async () => {
  write({
    renamed: { args: { size: 200 } },
    second: { args: { size: 200 } },
    other: { args: { desktop: 2 } },
  });
  const { second } = await on.it.disks();

  passed(await on.it.stack.up({ args: ["--target", second?.urn ?? ""] }));

  expect(await on.it.disks()).toMatchObject({
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
  passed(await on.it.stack.up());
  on.it.forget();

  write({ other: { args: { desktop: 2 } } });
  expect(failed(await on.it.stack.up())).toContain("protected");
  expect(on.it.requests()).toEqual([]);

  write({ renamed: {}, other: { args: { desktop: 2 } } });
  passed(await on.it.stack.up());
  expect(Object.keys(await on.it.disks()).sort()).toEqual(["other", "renamed"]);
  expect(on.it.volumes(1)).toHaveLength(2);
  expect(on.it.writes()).toEqual([]);
});

test("on a full desktop a replacement needs deleteBeforeReplace, and then works", async () => {
  on.it.emulator.addDesktops([
    {
      desktop_id: desktopId(3),
      data_volumes: Array.from({ length: 9 }, (_, n) => ({ volume_id: `full-${n}`, type: "SSD", size: 10 })),
    },
  ]);
  const kept = { renamed: {}, other: { args: { desktop: 2 } } };
  write({ ...kept, tenth: { args: { desktop: 3 } } });
  passed(await on.it.stack.up());

  write({ ...kept, tenth: { args: { desktop: 3, type: "SAS", allowReplace: true } } });
  expect(failed(await on.it.stack.up())).toMatch(/ten is the most it can hold.*deleteBeforeReplace/s);

  write({
    ...kept,
    tenth: {
      args: { desktop: 3, type: "SAS", allowReplace: true },
      opts: { deleteBeforeReplace: true },
    },
  });
  passed(await on.it.stack.up());
  expect(on.it.volumes(3)).toHaveLength(10);
  expect(on.it.volumes(3).filter(({ type }) => type === "SAS")).toHaveLength(1);
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

  passed(await on.it.stack.up());
  expect((await on.it.stack.outputs()).got).toEqual([10, "SSD", desktopId(3), "full-0"]);
  expect(on.it.writes()).toEqual([]);

  write(kept, look.replace("full-0", "full-none"));
  const missing = await on.it.stack.preview();
  expect(missing.code).not.toBe(0);
  expect(missing.stdout + missing.stderr).toContain("the desktop has no such data disk");
});

test("a disk that is deleted with another resource is not deleted by itself, and deletionProtection is not asked", async () => {
  write({
    renamed: {},
    other: { args: { desktop: 2 } },
    tenth: {
      args: { desktop: 3, type: "SAS", deletionProtection: true },
      opts: { protect: false },
      code: "deletedWith: disks.other",
    },
  });
  passed(await on.it.stack.up());
  // What was only looked up has left the program, and stays.
  expect(on.it.volumes(3)).toHaveLength(10);
  on.it.forget();

  passed(await on.it.stack.destroy());

  expect(
    on.it
      .writes()
      .map(({ path }) => path)
      .sort(),
  ).toEqual([1, 2].map((desktop) => `/desktops/${desktopId(desktop)}/volumes/batch-delete`));
});
