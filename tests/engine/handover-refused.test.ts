/**
 * Moves that are tried in one run: each is refused at preview and by an `up` without one, says what to do next, and
 * changes nothing. More of them, in either order, and without the engine: provider/dynamic/handover.test.ts.
 */
import { allInOneCloud, failed, otherReadings, passed } from "./cloud";
import {
  holdersOf,
  type Inputs,
  type Resource,
  type Resources,
  resourcesProgram,
  ssd,
} from "./resources-program";

jest.setTimeout(240_000);

const on = allInOneCloud({ desktops: 2, dialects: otherReadings });

const disks = (entries: Readonly<Record<string, Inputs>>, code = ""): Resource => ({
  is: "disks",
  disks: entries,
  code,
});
const disk = (args: Inputs = {}, code = ""): Resource => ({ is: "disk", args, code });

const unsaid = ssd;
const doomed = { ...ssd, deletionPolicy: "delete" };
const team = { unsaid, doomed };
const made: Resources = {
  team: disks(team),
  other: disks({ own: ssd }),
  single: disk(),
  dying: disk({ deletionPolicy: "delete" }),
  old: disk(),
};
/** Who holds which disk. */
let held: Record<string, string>;

const adopts = (holder: string) => ({ existingVolumeId: held[holder] ?? "", deletionProtection: false });
function without<T extends object>(all: T, ...names: (keyof T)[]): Partial<T> {
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !names.includes(name as keyof T)),
  ) as Partial<T>;
}
/** The team without some of its disks. */
const teamWithout = (...names: (keyof typeof team)[]) => disks(without(team, ...names));

beforeAll(async () => {
  on.it.stack.writeProgram(resourcesProgram(made));
  passed(await on.it.stack.up({ parallel: 16 }));
  held = holdersOf(await on.it.stack.exportState());
});

/** The set lets go of a disk with the policy `delete` after another resource has adopted it. */
const takerFirst = (): Resources => ({
  taker: disk(adopts("team.doomed")),
  ...made,
  team: { ...teamWithout("doomed"), code: `dependsOn: [all.taker]` },
});

/** One attempt: the program, and what is said of it. */
interface Attempt {
  readonly title: string;
  readonly program: () => Resources;
  readonly says: readonly RegExp[];
  readonly more?: () => string;
  /** An `up` says nothing new, or the engine carries out one of the two before the provider hears of the other. */
  readonly onlyPreview?: true;
}

const twoRuns = /deletionPolicy: "retain".*pulumi up/s;

const attempts: readonly Attempt[] = [
  {
    title: "a resource of its own takes a disk that a set keeps",
    program: () => ({ ...made, taker: disk(adopts("team.unsaid")) }),
    says: [/disks\.unsaid/, /HWD1108/, twoRuns],
  },
  {
    title: "one takes a disk that a set deletes in the same run, beside a look-up of it, which owns nothing",
    program: () => ({ ...made, team: teamWithout("doomed"), taker: disk(adopts("team.doomed")) }),
    more: () =>
      `DataDiskAttachment.get("seen", ${JSON.stringify("d0000000-0000-4000-8000-000000000001/")} + ${JSON.stringify(held["team.doomed"])});`,
    says: [/HWD1108/, twoRuns],
  },
  {
    title: "the same where the set depends on the taker",
    program: () => takerFirst(),
    says: [/HWD1108/, twoRuns],
    onlyPreview: true,
  },
  {
    title: "an alias makes a resource of its own out of a set",
    program: () => ({
      ...without(made, "other"),
      alone: disk({}, `aliases: [{ name: "other", type: all.team.__pulumiType }]`),
    }),
    says: [/DesktopDataDisks/, /HWD1109/, twoRuns],
  },
  {
    title: "an alias makes a set out of a resource of its own",
    program: () => ({
      ...without(made, "single"),
      many: disks({ data: ssd }, `aliases: [{ name: "single", type: all.dying.__pulumiType }]`),
    }),
    says: [/DataDiskAttachment/, /HWD1109/, twoRuns],
    onlyPreview: true,
  },
];

/** Nothing is sent, and state is what it was. */
async function expectNothingChanged(): Promise<void> {
  expect(on.it.writes()).toEqual([]);
  expect(holdersOf(await on.it.stack.exportState())).toEqual(held);
  expect(on.it.volumes(1)).toHaveLength(Object.keys(held).length);
}

test.each(attempts)("$title: refused", async ({ program, more, says, onlyPreview }) => {
  on.it.stack.writeProgram(resourcesProgram(program(), more?.()));

  const preview = failed(await on.it.stack.preview());
  for (const text of says) expect(preview).toMatch(text);
  expect(preview).not.toMatch(/^\s+at /m);
  expect(on.it.writes()).toEqual([]);

  if (onlyPreview === true) return;
  const up = failed(await on.it.stack.up());
  for (const text of says) expect(up).toMatch(text);
  await expectNothingChanged();
});

test("an up without a preview, in which the taker adopts first, deletes nothing, and taking it back keeps the disk", async () => {
  on.it.stack.writeProgram(resourcesProgram(takerFirst()));
  for (let runs = 0; runs < 2; runs += 1) {
    const output = failed(await on.it.stack.up());
    expect(output).toMatch(/disks\.doomed.*DataDiskAttachment.*remove one of the two.*HWD1107/s);
    expect(holdersOf(await on.it.stack.exportState())).toEqual({ ...held, taker: held["team.doomed"] });
  }

  on.it.stack.writeProgram(resourcesProgram(made));
  expect(passed(await on.it.stack.up())).toMatch(/warning: .*not deleted/s);
  await expectNothingChanged();
});

test("after all that, the program as it was has nothing to do", async () => {
  on.it.stack.writeProgram(resourcesProgram(made));
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("a resource that leaves the program in the run in which another takes its disk forgets it, and says so", async () => {
  const taken = { taken: { ...ssd, ...adopts("single") }, dying: { ...ssd, ...adopts("dying") } };
  on.it.stack.writeProgram(
    resourcesProgram({
      ...without(made, "single", "dying", "old"),
      other: disks({ own: ssd, ...taken }),
      new: disk(adopts("old")),
    }),
  );

  const output = passed(await on.it.stack.up());

  expect(output).toMatch(/warning: .*not deleted/s);
  const { single, dying, old, ...others } = held;
  expect(holdersOf(await on.it.stack.exportState())).toEqual({
    ...others,
    new: old,
    "other.taken": single,
    "other.dying": dying,
  });
  expect(on.it.writes()).toEqual([]);
  expect(on.it.volumes(1)).toHaveLength(Object.keys(held).length);
});
