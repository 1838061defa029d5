/**
 * `--replace`, `state taint`, removal and destroy: what is protected stays, and
 * what is not is replaced once. In every reading of the documents at once.
 */
import { allInOneCloud, desktopId, everyReadingForAdds, failed, passed } from "./cloud";
import type { CommandResult } from "./command";
import type { StateResource } from "./pulumi";
import { holdersOf, type Resources, resourcesProgram, ssd } from "./resources-program";

jest.setTimeout(240_000);

const on = allInOneCloud({ desktops: 2, dialects: everyReadingForAdds });

const program: Resources = {
  guarded: { is: "disk", args: { deletionProtection: true } },
  team: { is: "disks", args: { deletionProtection: true }, disks: { data: ssd } },
  mixed: { is: "disks", disks: { data: ssd, safe: { ...ssd, deletionProtection: true } } },
  // The program decides about `protect`; the provider still holds its own.
  open: { is: "disk", desktop: 2, args: { deletionProtection: true }, opts: { protect: false } },
  plain: { is: "disk", desktop: 2 },
  tainted: { is: "disk", desktop: 2 },
  group: { is: "disks", desktop: 2, disks: { data: ssd } },
  retained: { is: "disk", desktop: 2, args: { deletionPolicy: "retain" } },
};
/** Not known when the resource is made, so the engine cannot be told. */
const late = `
const late = pulumi.output(new Promise((resolve) => setTimeout(() => resolve(true), 10)));
new DataDiskAttachment("late", { desktopId: ${JSON.stringify(desktopId(2))}, type: "SSD", size: 100, deletionProtection: late });
`;

/** Who holds which disk. */
let held: Record<string, string>;

function write(resources: Resources, more = late): void {
  on.it.stack.writeProgram(resourcesProgram(resources, more));
}

const named = (name: string) => ["--replace", `**::${name}`];
const ids = (desktop: number) =>
  on.it
    .volumes(desktop)
    .map(({ volume_id: id }) => id)
    .sort();

async function resources(): Promise<Record<string, StateResource>> {
  const { deployment } = await on.it.stack.exportState();
  return Object.fromEntries(
    (deployment.resources ?? []).map((resource) => [resource.urn.split("::").at(-1) ?? "", resource]),
  );
}

const urn = async (name: string) => (await resources())[name]?.urn ?? "";

/** Refused by the engine, by name. */
function refused(result: CommandResult, name: string): void {
  const output = failed(result);
  expect(output).toContain(`::${name}"`);
  expect(output).toMatch(/marked for protection|protected/);
}

/** Nothing was changed, and state is what it was. */
async function expectNothingChanged(): Promise<void> {
  expect(on.it.writes()).toEqual([]);
  expect(holdersOf(await on.it.stack.exportState())).toEqual(held);
}

beforeAll(async () => {
  write(program);
  passed(await on.it.stack.up({ parallel: 16 }));
  held = holdersOf(await on.it.stack.exportState());
}, 120_000);

// The tests of this file are one stack's life, in this order.

test("the engine is told to protect what is literally protected, unless the program says otherwise", async () => {
  const found = Object.entries(await resources()).filter(([, { protect }]) => protect === true);

  expect(found.map(([name]) => name).sort()).toEqual(["guarded", "mixed", "team"]);
});

test("--replace of what is protected is refused before anything is bought", async () => {
  for (const name of ["guarded", "team", "mixed"]) refused(await on.it.stack.up({ args: named(name) }), name);
  refused(await on.it.stack.preview({ args: named("mixed") }), "mixed");
  await expectNothingChanged();
});

test("a protected disk that was tainted is refused, and can be untainted", async () => {
  passed(await on.it.stack.run(["state", "taint", await urn("guarded"), "--yes"]));
  refused(await on.it.stack.up(), "guarded");

  passed(await on.it.stack.run(["state", "untaint", await urn("guarded"), "--yes"]));
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
  await expectNothingChanged();
});

test("removal and destroy of a protected disk are refused at preview", async () => {
  write({ ...program, guarded: undefined, team: undefined });
  const removal = failed(await on.it.stack.preview());
  expect(removal).toContain(`::guarded"`);
  expect(removal).toContain(`::team"`);
  const destroy = failed(
    await on.it.stack.run(["destroy", "--preview-only", "--config-file", on.it.stack.configFile]),
  );
  expect(destroy).toMatch(/protected/);
  await expectNothingChanged();
});

test("--ignore-protect does not get past the provider, and says how to delete the disk", async () => {
  const destroy = await on.it.stack.destroy({
    args: ["--ignore-protect", "--target", "**::guarded", "--target", "**::mixed"],
  });

  const output = failed(destroy);
  expect(output).toMatch(/deletionProtection: false.*pulumi up/s);
  expect(output).toContain(held.guarded);
  await expectNothingChanged();
});

test("what is not protected is replaced once, by --replace and by taint; what is retained stays on the desktop", async () => {
  write(program);
  passed(await on.it.stack.run(["state", "taint", await urn("tainted"), "--yes"]));
  const before = ids(2);

  const output = passed(
    await on.it.stack.up({
      args: [...named("plain"), ...named("retained"), ...named("group")],
      parallel: 16,
    }),
  );

  expect(output).toMatch(/also has .*"--replace" or "pulumi state taint".* it may be its old disk/);
  const now = holdersOf(await on.it.stack.exportState());
  const { plain, tainted, retained, "group.data": data, ...others } = held;
  expect(now).toMatchObject(others);
  const added = [now.plain, now.tainted, now.retained, now["group.data"]];
  expect(before).not.toEqual(expect.arrayContaining(added));
  expect(new Set(added).size).toBe(4);
  const gone = [plain, tainted, data];
  expect(ids(2)).toEqual([...before.filter((id) => !gone.includes(id)), ...added].sort());
  expect(ids(2)).toContain(retained);
  held = now;
});

test("--replace of disks that only the provider protects: the old ones stay, and the text leads out", async () => {
  const before = ids(2);

  const output = failed(
    await on.it.stack.up({ args: [...named("open"), ...named("late"), "--continue-on-error"], parallel: 16 }),
  );

  expect(ids(2)).toEqual(expect.arrayContaining(before));
  for (const name of ["open", "late"]) {
    expect(output).toMatch(new RegExp(`${held[name] ?? ""}.*deletionProtection.*pulumi state delete`, "s"));
  }
  // In a terminal the command asks which of the two is meant; it takes this one out.
  const { deployment, ...rest } = await on.it.stack.exportState();
  const kept = (deployment.resources ?? []).filter((resource) => resource.delete !== true);
  expect((deployment.resources ?? []).length - kept.length).toBe(2);
  await on.it.stack.importState({ ...rest, deployment: { ...deployment, resources: kept } });
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
  expect(ids(2)).toEqual(expect.arrayContaining(before));
});
