/**
 * A hand-over whose second run is not done in one go: by targets, one at a time,
 * with a refresh in between, with an adoption that fails, with a killed engine.
 * Each goes through all kinds of moves, each on a desktop of its own. The holders
 * said `retain` when their disks were made.
 */
import { allInOneCloud, desktopId, everyReading, everyReadingForAdds, failed, passed } from "./cloud";
import {
  holdersOf,
  type Inputs,
  type Resource,
  type Resources,
  resourcesProgram,
  ssd,
} from "./resources-program";

jest.setTimeout(240_000);

const retain = { deletionPolicy: "retain" };
const adopts = (existingVolumeId = "") => ({ existingVolumeId, ...retain });
const disks = (entries: Readonly<Record<string, Inputs>>): Resource => ({ is: "disks", disks: entries });
const single = (args: Inputs): Resource => ({ is: "disk", args });
const stays = { stays: ssd };
const kept = { ...stays, moves: { ...ssd, ...retain } };

/** One kind of move: the resources of one desktop, by names that a number follows in the program. */
interface Kind {
  readonly title: string;
  readonly made: Resources;
  /** The holder after it has let go; one that leaves the program is `undefined`. */
  readonly after: Resources;
  readonly taker: (id: string | undefined) => Resources;
  /** Who holds the disk, before and after. */
  readonly from: string;
  readonly to: string;
}

const kinds: readonly Kind[] = [
  {
    title: "from a set to a disk of its own",
    made: { set: disks(kept) },
    after: { set: disks(stays) },
    taker: (id) => ({ taker: single(adopts(id)) }),
    from: "set.moves",
    to: "taker",
  },
  {
    title: "from a disk of its own to a set",
    made: { single: single(retain), group: disks(stays) },
    after: { single: undefined },
    taker: (id) => ({ group: disks({ ...stays, moves: { ...ssd, ...adopts(id) } }) }),
    from: "single",
    to: "group.moves",
  },
  {
    title: "from a set to a set",
    made: { left: disks(kept), right: disks(stays) },
    after: { left: disks(stays) },
    taker: (id) => ({ right: disks({ ...stays, moves: { ...ssd, ...adopts(id) } }) }),
    from: "left.moves",
    to: "right.moves",
  },
  {
    title: "from a disk of its own to another name",
    made: { old: single(retain) },
    after: { old: undefined },
    taker: (id) => ({ new: single(adopts(id)) }),
    from: "old",
    to: "new",
  },
];

const interruptions = ["takers first", "holders first", "failed", "killed", "killed, taker first"] as const;
type Interruption = (typeof interruptions)[number];

/** One kind of move that is interrupted in one way, on a desktop of its own. */
interface Move extends Kind {
  readonly desktop: number;
}

const on = allInOneCloud({
  desktops: interruptions.length * kinds.length,
  dialects: everyReadingForAdds,
  seed: 2,
});

const movesOf = (interruption: Interruption): Move[] =>
  kinds.map((kind, index) => ({
    ...kind,
    desktop: interruptions.indexOf(interruption) * kinds.length + index + 1,
  }));
const all = interruptions.flatMap(movesOf);

/** `set.moves` on desktop 3 is `set-3.moves`. */
const named = (holder: string, { desktop }: Move) => holder.replace(/^\w+/, (name) => `${name}-${desktop}`);
const nameOf = (holder: string, move: Move) => named(holder.split(".")[0] ?? "", move);
/** Resources of one move as they stand in the program. */
const placed = (resources: Resources, move: Move): Resources =>
  Object.fromEntries(
    Object.entries(resources).map(([name, resource]) => [
      named(name, move),
      resource && { ...resource, desktop: move.desktop },
    ]),
  );

let made: Record<string, string>;
/** The program as the tests before have left it, changed. */
let program: Resources = {};

const held = async () => holdersOf(await on.it.stack.exportState());
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** The state as it is stored; "" while it is being written. */
const stored = () => on.it.stack.exportState().then(JSON.stringify, () => "");
const idOf = (move: Move) => made[named(move.from, move)];
const takerOf = (move: Move) => placed(move.taker(idOf(move)), move);
/** Who holds what once these disks have moved. */
const afterMoves = (moves: readonly Move[], before: Readonly<Record<string, string>>) => {
  const moved = Object.fromEntries(moves.map((move) => [named(move.from, move), named(move.to, move)]));
  return Object.fromEntries(Object.entries(before).map(([holder, id]) => [moved[holder] ?? holder, id]));
};
/** The arguments that limit a run to these resources. */
const only = (names: readonly string[]) => names.flatMap((name) => ["--target", `**::${name}`]);

function change(...resources: Resources[]): void {
  program = Object.assign({}, program, ...resources) as Resources;
  on.it.stack.writeProgram(resourcesProgram(program));
}

/** Each disk that was made is still there, and no other; nothing was sent. */
function expectNothingSent(): void {
  expect(on.it.writes()).toEqual([]);
  const ids = on.it.volumes().map(({ volume_id: id }) => id);
  expect(ids.sort()).toEqual(Object.values(made).sort());
}

// The tests of this file are one stack's life, in this order.

test("a policy that is stated from the start counts as soon as the disk is there", async () => {
  change(...all.map((move) => placed(move.made, move)));

  passed(await on.it.stack.up({ parallel: 32 }));

  made = await held();
  expect(Object.keys(made)).toHaveLength(8 * interruptions.length);
  on.it.emulator.setDialects(everyReading);
});

test("a run that targets the former holders alone lets go, and the next one takes the disks", async () => {
  const moves = movesOf("holders first");
  change(...moves.flatMap((move) => [placed(move.after, move), takerOf(move)]));
  const holders = moves.map((move) => nameOf(move.from, move));

  passed(await on.it.stack.up({ args: only(holders) }));
  const between = await held();
  for (const move of moves) expect(Object.values(between)).not.toContain(idOf(move));
  passed(await on.it.stack.refresh());
  passed(await on.it.stack.up());

  expect(await held()).toEqual(afterMoves(moves, made));
  expectNothingSent();
});

test("an adoption that fails after the holder has let go costs nothing, and taking it back buys nothing", async () => {
  const before = await held();
  const moves = movesOf("failed");
  for (const move of moves)
    on.it.emulator.addFault({
      fault: "respond",
      status: 403,
      body: { error_code: "WKS.0403", error_msg: "no permission" },
      times: "always",
      match: { method: "GET", desktop_id: desktopId(move.desktop) },
    });
  change(...moves.flatMap((move) => [placed(move.after, move), takerOf(move)]));
  const output = failed(await on.it.stack.up({ args: ["--continue-on-error"] }));
  on.it.emulator.clearFaults();
  expect(output).toMatch(/no permission.*No change was sent.*Grant the permission.*HWD1302/s);
  const between = await held();
  for (const move of moves) expect(between).not.toHaveProperty([named(move.to, move)]);

  // A resource that has left state does not know which disk it had, unlike a name of a set.
  const back = moves.map((move) =>
    move.from.includes(".") ? move.made : { ...move.made, [move.from]: single(adopts(idOf(move))) },
  );
  const gone = moves.map((move) => ({ [nameOf(move.to, move)]: undefined }));
  change(...gone, ...moves.map((move, index) => placed(back[index] ?? {}, move)));
  passed(await on.it.stack.up());

  expect(await held()).toEqual(before);
  expectNothingSent();
});

test("an engine that is killed between the two halves: the next up finishes, and buys nothing", async () => {
  const before = await held();
  const takerLast = movesOf("killed");
  // A resource that leaves the program does so last in any case.
  const takerFirst = movesOf("killed, taker first");
  const tied = (resources: Resources, to: string): Resources =>
    Object.fromEntries(
      Object.entries(resources).map(([name, resource]) => [
        name,
        resource && { ...resource, code: `dependsOn: [all[${JSON.stringify(to)}]].filter(Boolean)` },
      ]),
    );
  for (const move of all.slice(3 * kinds.length)) {
    for (const name of Object.keys(placed({ ...move.made, ...move.taker("") }, move))) {
      program = { ...program, [name]: undefined };
    }
  }
  change(
    ...takerLast.flatMap((move) => [
      placed({ ...move.made, ...move.after }, move),
      tied(takerOf(move), nameOf(move.from, move)),
    ]),
    ...takerFirst.flatMap((move) => {
      const taker = takerOf(move);
      const others = placed({ ...move.made, ...move.after }, move);
      const rest = Object.fromEntries(Object.entries(others).filter(([name]) => !(name in taker)));
      return [taker, tied(rest, nameOf(move.to, move))];
    }),
  );
  on.it.emulator.addFault({ fault: "slow", delay_ms: 3_000, times: "always", match: { method: "GET" } });
  const up = on.it.stack.start("up");
  // The holder lets go without a call: the first read is the taker's.
  while (on.it.requests().length === 0) await pause(20);
  // The CLI writes its state in place: nobody could read one whose writing was cut off.
  for (let [before, now] = ["", await stored()]; now === "" || now !== before; now = await stored()) {
    before = now;
    await pause(200);
  }
  up.kill();
  up.killOrphans();
  await up.result;
  on.it.emulator.clearFaults();
  passed(await on.it.stack.cancel());

  passed(await on.it.stack.up());

  expect(await held()).toEqual(afterMoves([...takerLast, ...takerFirst], before));
  expectNothingSent();
  passed(await on.it.stack.preview({ args: ["--expect-no-changes"] }));
});

test("a run that targets the takers alone leaves two holders for a while, and a refresh finds nothing", async () => {
  const before = await held();
  const moves = movesOf("takers first");
  change(...moves.flatMap((move) => [placed(move.after, move), takerOf(move)]));

  passed(await on.it.stack.up({ args: only(moves.map((move) => nameOf(move.to, move))) }));

  expect(await held()).toEqual({ ...before, ...afterMoves(moves, before) });
  passed(await on.it.stack.refresh({ args: ["--expect-no-changes"] }));
  expectNothingSent();
});

test("the destroy of the former holders deletes what they hold for themselves, and not what has been taken", async () => {
  const before = await held();
  const moves = movesOf("takers first");
  const holders = moves.map((move) => nameOf(move.from, move));
  const own = Object.keys(before).filter((holder) => holders.some((name) => holder === `${name}.stays`));
  expect(own).toHaveLength(2);

  passed(await on.it.stack.destroy({ args: only(holders) }));

  const leaving = new Set([...own, ...moves.map((move) => named(move.from, move))]);
  const left = Object.fromEntries(Object.entries(before).filter(([holder]) => !leaving.has(holder)));
  expect(await held()).toEqual(left);
  expect(
    on.it
      .volumes()
      .map(({ volume_id: id }) => id)
      .sort(),
  ).toEqual(Object.values(left).sort());
});

test("destroy deletes what was not to be retained, and each disk that was taken is still there", async () => {
  passed(await on.it.stack.destroy({ parallel: 32 }));

  expect(
    on.it
      .volumes()
      .map(({ volume_id: id }) => id)
      .sort(),
  ).toEqual(all.map(idOf).sort());
  expect(await held()).toEqual({});
});
