/**
 * Disks that move from one resource to another in two runs, and back: first the
 * holder says `retain`, then it lets go and the other one names the disk. All
 * flows go through the same few runs, each on a desktop of its own, in every
 * reading of the documents at once.
 */
import { allInOneCloud, everyReading, everyReadingForAdds, passed } from "./cloud";
import {
  holdersOf,
  type Inputs,
  type Resource,
  type Resources,
  resourcesProgram,
  ssd,
} from "./resources-program";

jest.setTimeout(240_000);

/** The id of the disk that a holder has at the moment: `id("set.moves")`. */
type IdOf = (holder: string) => string;

/** One move. Names are those of the flow: `set` is `set-3` in the program of all. */
interface Flow {
  readonly title: string;
  readonly made: (at: NameOf) => Resources;
  /** The holder says what becomes of the disk. */
  readonly released: (at: NameOf) => Resources;
  readonly moved: (at: NameOf, id: IdOf) => Resources;
  readonly back: (at: NameOf, id: IdOf) => Resources;
  /** Who holds the disk, before and after. */
  readonly from: string;
  readonly to: string;
}
type NameOf = (name: string) => string;

/** How the two resources hang together, besides the disk: options as code, and who is made first. */
interface Ties {
  readonly holder?: (at: NameOf) => string;
  readonly taker?: (at: NameOf) => string;
  readonly takerFirst?: true;
}

type Disks = Readonly<Record<string, Inputs>>;

const retain = { deletionPolicy: "retain" };
const stays = { stays: ssd };
const kept = { ...stays, moves: { ...ssd, ...retain } };
const adopts = (existingVolumeId: string) => ({ existingVolumeId, ...retain });
const set = (disks: Disks, code = ""): Resource => ({ is: "disks", disks, code });
const single = (args: Inputs, code = ""): Resource => ({ is: "disk", args, code });

const dependsOn = (name: string) => (at: NameOf) => `dependsOn: [all[${JSON.stringify(at(name))}]]`;
const childOf = (name: string) => (at: NameOf) => `parent: all[${JSON.stringify(at(name))}]`;

function inOrder({ takerFirst }: Ties, holder: Resources, taker: Resources): Resources {
  return takerFirst === true ? { ...taker, ...holder } : { ...holder, ...taker };
}

function setToDisk(title: string, ties: Ties = {}): Flow {
  const alone = (at: NameOf, disks: Disks): Resources => ({ [at("set")]: set(disks) });
  return {
    title: `from a set to a disk of its own ${title}`,
    made: (at) => alone(at, { ...stays, moves: ssd }),
    released: (at) => alone(at, kept),
    moved: (at, id) =>
      inOrder(
        ties,
        { [at("set")]: set(stays, ties.holder?.(at)) },
        { [at("taker")]: single(adopts(id("set.moves")), ties.taker?.(at)) },
      ),
    // Nothing names the disk: the set knows which one this name had.
    back: (at) => alone(at, kept),
    from: "set.moves",
    to: "taker",
  };
}

function diskToSet(title: string, ties: Ties = {}): Flow {
  const both = (at: NameOf, disk: Inputs): Resources =>
    inOrder(
      ties,
      { [at("single")]: single(disk, ties.holder?.(at)) },
      { [at("set")]: set(stays, ties.taker?.(at)) },
    );
  return {
    title: `from a disk of its own to a set ${title}`,
    made: (at) => both(at, {}),
    released: (at) => both(at, retain),
    moved: (at, id) => ({ [at("set")]: set({ ...stays, moves: { ...ssd, ...adopts(id("single")) } }) }),
    back: (at, id) => both(at, adopts(id("set.moves"))),
    from: "single",
    to: "set.moves",
  };
}

function setToSet(title: string, ties: Ties = {}): Flow {
  const both = (at: NameOf, left: Disks, right: Disks): Resources =>
    inOrder(
      ties,
      { [at("left")]: set(left, ties.holder?.(at)) },
      { [at("right")]: set(right, ties.taker?.(at)) },
    );
  return {
    title: `from a set to a set ${title}`,
    made: (at) => both(at, { ...stays, moves: ssd }, stays),
    released: (at) => both(at, kept, stays),
    moved: (at, id) => both(at, stays, { ...stays, moves: { ...ssd, ...adopts(id("left.moves")) } }),
    back: (at) => both(at, kept, stays),
    from: "left.moves",
    to: "right.moves",
  };
}

/** The former holder leaves the program as a whole. */
const wholeSet: Flow = {
  title: "from a set that leaves the program to a disk of its own",
  made: (at) => ({ [at("set")]: set({ moves: ssd }) }),
  released: (at) => ({ [at("set")]: { ...set({ moves: ssd }), args: retain } }),
  moved: (at, id) => ({ [at("taker")]: single(adopts(id("set.moves"))) }),
  back: (at, id) => ({ [at("set")]: set({ moves: { ...ssd, ...adopts(id("taker")) } }) }),
  from: "set.moves",
  to: "taker",
};

/** Pulumi's own way: the engine does not ask the provider, so it works for whole resources only. */
const retainedOnDelete: Flow = {
  title: "from a resource with the option retainOnDelete to a set",
  made: (at) => ({ [at("single")]: single({}) }),
  released: (at) => ({ [at("single")]: { ...single({}), opts: { retainOnDelete: true } } }),
  moved: (at, id) => ({ [at("set")]: set({ moves: { ...ssd, ...adopts(id("single")) } }) }),
  back: (at, id) => ({ [at("single")]: single(adopts(id("set.moves"))) }),
  from: "single",
  to: "set.moves",
};

const toAnotherName: Flow = {
  title: "from a disk of its own to another one, without an alias",
  made: (at) => ({ [at("old")]: single({}) }),
  released: (at) => ({ [at("old")]: single(retain) }),
  moved: (at, id) => ({ [at("new")]: single(adopts(id("old"))) }),
  back: (at, id) => ({ [at("old")]: single(adopts(id("new"))) }),
  from: "old",
  to: "new",
};

/** Each disk of the set is named in the other one; the set that leaves says `retain` as a whole. */
const setToAnotherName: Flow = {
  title: "from a set to one of another name, without an alias",
  made: (at) => ({ [at("old")]: set({ moves: ssd }) }),
  released: (at) => ({ [at("old")]: { ...set({ moves: ssd }), args: retain } }),
  moved: (at, id) => ({ [at("new")]: set({ moves: { ...ssd, ...adopts(id("old.moves")) } }) }),
  back: (at, id) => ({ [at("old")]: set({ moves: { ...ssd, ...adopts(id("new.moves")) } }) }),
  from: "old.moves",
  to: "new.moves",
};

/** Within one set the new name says whose disk it means, so one run is enough. */
const toAnotherNameOfTheSet: Flow = {
  title: "from one name of a set to another one",
  made: (at) => ({ [at("set")]: set({ ...stays, moves: ssd }) }),
  released: (at) => ({ [at("set")]: set({ ...stays, moves: ssd }) }),
  moved: (at, id) => ({ [at("set")]: set({ ...stays, renamed: { ...ssd, ...adopts(id("set.moves")) } }) }),
  back: (at, id) => ({ [at("set")]: set({ ...stays, moves: { ...ssd, ...adopts(id("set.renamed")) } }) }),
  from: "set.moves",
  to: "set.renamed",
};

const flows: readonly Flow[] = [
  setToDisk("beside it"),
  setToDisk("that depends on the set", { taker: dependsOn("set") }),
  setToDisk("that the set depends on", { holder: dependsOn("taker"), takerFirst: true }),
  setToDisk("that is a child of the set", { taker: childOf("set") }),
  diskToSet("beside it"),
  diskToSet("that depended on the disk", { taker: dependsOn("single") }),
  diskToSet("that the disk depended on", { holder: dependsOn("set"), takerFirst: true }),
  diskToSet("that was the parent of the disk", { holder: childOf("set"), takerFirst: true }),
  setToSet("beside it"),
  setToSet("that depends on it", { taker: dependsOn("left") }),
  setToSet("that it depends on", { holder: dependsOn("right"), takerFirst: true }),
  setToSet("that is its child", { taker: childOf("left") }),
  setToSet("that is its parent", { holder: childOf("right"), takerFirst: true }),
  wholeSet,
  retainedOnDelete,
  toAnotherName,
  setToAnotherName,
  toAnotherNameOfTheSet,
];

const on = allInOneCloud({ desktops: flows.length, dialects: everyReadingForAdds, seed: 3 });

/** What one run has left: who holds which disk, and what was sent. */
interface Run {
  readonly output: string;
  readonly held: Record<string, string>;
  readonly writes: ReturnType<typeof on.it.writes>;
}

type Stage = "made" | "released" | "moved" | "back";
const runs: Partial<Record<Stage, Run>> = {};

function runOf(stage: Stage): Run {
  const run = runs[stage];
  if (run === undefined) throw new Error(`there was no run "${stage}"`);
  return run;
}

const nameIn = (desktop: number) => (holder: string) =>
  holder.replace(/^\w+/, (name) => `${name}-${desktop}`);

/** The program of all flows at one stage; ids are those that the holders have at that moment. */
function programOf(stage: Stage, held: Readonly<Record<string, string>>): string {
  const all = flows.map((flow, index): Resources => {
    const at = nameIn(index + 1);
    const resources = flow[stage](at, (holder) => held[at(holder)] ?? "nobody's");
    return Object.fromEntries(
      Object.entries(resources).map(([name, resource]) => [
        name,
        resource && { ...resource, desktop: index + 1 },
      ]),
    );
  });
  return resourcesProgram(Object.assign({}, ...all) as Resources);
}

async function run(stage: Stage, held: Readonly<Record<string, string>>): Promise<void> {
  on.it.stack.writeProgram(programOf(stage, held));
  on.it.forget();
  const output = passed(await on.it.stack.up({ previewed: stage === "moved", parallel: 32 }));
  runs[stage] = { output, held: holdersOf(await on.it.stack.exportState()), writes: on.it.writes() };
}

beforeAll(async () => {
  await run("made", {});
  on.it.emulator.setDialects(everyReading);
  await run("released", {});
  await run("moved", runOf("released").held);
  await run("back", runOf("moved").held);
}, 240_000);

const numbered = flows.map((flow, index) => ({ ...flow, desktop: index + 1, at: nameIn(index + 1) }));
const idsOn = (desktop: number) =>
  on.it
    .volumes(desktop)
    .map(({ volume_id: id }) => id)
    .sort();
/** Who holds the disks of one flow's desktop. */
const heldOn = (stage: Stage, desktop: number) =>
  Object.fromEntries(
    Object.entries(runOf(stage).held).filter(([holder]) => holder.split(".")[0]?.endsWith(`-${desktop}`)),
  );

test("to say `retain` is an update of state, without a call", () => {
  expect(Object.values(runOf("made").held).sort()).toEqual(
    flows.flatMap((_flow, index) => idsOn(index + 1)).sort(),
  );
  expect(runOf("released").held).toEqual(runOf("made").held);
  expect(runOf("released").writes).toEqual([]);
});

test.each(numbered)(
  "$title: the disk moves without a call that changes anything",
  ({ from, to, at, desktop }) => {
    const before = heldOn("made", desktop);
    const { [at(from)]: moving, ...others } = before;

    expect(moving).toBeDefined();
    expect(heldOn("moved", desktop)).toEqual({ ...others, [at(to)]: moving });
    expect(idsOn(desktop)).toEqual(Object.values(before).sort());
  },
);

test.each(numbered)("$title: the disk goes back, and nothing is bought", ({ desktop }) => {
  expect(heldOn("back", desktop)).toEqual(heldOn("made", desktop));
});

test("the preview of a move says that the disk stays on the desktop", () => {
  expect(runOf("moved").output).toMatch(/stays on the desktop/);
  expect([...runOf("moved").writes, ...runOf("back").writes]).toEqual([]);
});

test("nothing is left to do afterwards", async () => {
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("what is retained outlives the destroy of the stack, and nothing else does", async () => {
  const moved = numbered.map(({ from, at }) => runOf("back").held[at(from)]);
  // Requests that a gateway holds back for half a minute are another file's matter.
  on.it.emulator.setDialects(everyReadingForAdds);

  passed(await on.it.stack.destroy({ parallel: 32 }));

  expect(
    on.it
      .volumes()
      .map(({ volume_id: id }) => id)
      .sort(),
  ).toEqual(moved.sort());
  expect(holdersOf(await on.it.stack.exportState())).toEqual({});
});
