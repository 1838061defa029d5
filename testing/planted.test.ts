/** The judge over the whole machinery: a wrong provider is convicted, and the right one, in the same history, is not. */
import type { Change } from "./engine/program";
import type { Command } from "./engine/stack";
import { ChangeProgram, Fill, OrderFault, PassTime, RunEngine } from "./history/commands";
import { happen } from "./history/happen";
import type { PromiseName } from "./judge/promises";
import * as plants from "./planted";
import { calmWorld } from "./history/warmUp";
import type { ProviderUnderTest } from "./provider";
import { dynamicFront } from "./dynamicFront";
import { pluginFront } from "./pluginFront";
import { desktopId, existingDisk } from "./world/desktops";
import type { WorldDraw } from "./world/world";

const desktop = desktopId(1);

/** Every desktop has a disk of nobody, and there are faults to order: what breaks here, was planted. */
const world: WorldDraw = { ...calmWorld, hasFaults: true, furnished: [1, 2, 3, 4] };

const put = (at: string, timeout?: string): Change => ({
  do: "put",
  at,
  desktop,
  type: "SSD",
  isFast: false,
  isProtected: false,
  timeout,
});
const puts = (...places: string[]) =>
  new Fill(
    0,
    places.map((at) => put(at)),
  );
const change = (what: "take away" | "grow" | "protect") => new ChangeProgram(0, { do: what, at: "a" }, 0);
const run = (command: Command["command"]) => new RunEngine(0, { command, pace: 0 }, undefined);
const looksFail = new OrderFault(
  { fault: "wrong-project", match: { operation: "ShowDesktopDetail" }, times: 20 },
  0,
);

type HistoryCommands = Parameters<typeof happen>[1];
type Case = [
  what: string,
  plant: (right: ProviderUnderTest) => ProviderUnderTest,
  broken: PromiseName[],
  commands: () => HistoryCommands,
];

const life = () => [puts("a"), run("up")];

const cases: Case[] = [
  [
    "deletes a neighbour",
    (right) => plants.deletesNeighbour(existingDisk(desktop))(right),
    ["deletes-only-what-was-asked"],
    () => [...life(), change("take away"), run("up")],
  ],
  [
    "deletes a protected disk",
    plants.deletesProtected,
    ["deletes-only-what-was-asked"],
    () => [...life(), change("protect"), run("up"), run("destroy")],
  ],
  [
    "gives one disk to two resources",
    plants.givesOneDiskTwice,
    ["one-owner"],
    () => [puts("a", "b"), run("up")],
  ],
  ["sends an add again", (right) => plants.resendsAdd()(right), ["buys-once"], life],
  ["adds a disk and does not say so", (right) => plants.losesDisk()(right), ["buys-once"], life],
  [
    "takes a 404 without a code for gone",
    plants.forgetsOnError,
    ["gone-is-gone"],
    () => [...life(), looksFail, run("refresh")],
  ],
  ["deletes nothing", plants.deletesNothing, ["comes-right", "gone-is-gone"], life],
  ["looks when nobody waits any more", plants.looksTooLate, ["no-late-request"], life],
  [
    "ends after the deadline",
    plants.endsTooLate,
    ["ends-in-time"],
    () => [new Fill(0, [put("a", "20s")]), run("up")],
  ],
  ["logs the token", plants.logsToken, ["no-secret"], life],
  ["keeps the password in state, in base64", plants.storesPassword, ["no-secret"], life],
  ["sends two deletes at once", plants.sendsTwoAtOnce, ["one-change-at-a-time"], life],
  ["adds eleven disks with one call", (right) => plants.addsEleven()(right), ["one-change-at-a-time"], life],
  ["has something to update in every run", plants.neverContent, ["comes-right"], life],
  [
    "says that a disk has grown",
    plants.growsNothing,
    ["comes-right"],
    () => [...life(), change("grow"), new PassTime(1_000)],
  ],
];

async function brokenBy(provider: ProviderUnderTest, commands: HistoryCommands): Promise<PromiseName[]> {
  const { verdicts } = await happen(world, commands, provider);
  return [...new Set(verdicts.map(({ promise }) => promise))].sort();
}

describe.each([
  ["the dynamic front", dynamicFront],
  ["the plugin", pluginFront],
])("%s", (_name, right) => {
  test.each(cases)(
    "a provider that %s is convicted of that and of nothing else",
    async (_what, plant, broken, commands) => {
      expect(await brokenBy(plant(right), commands())).toEqual(broken);
    },
  );

  test.each(cases)(
    "one that does not (%s) is acquitted in the same history",
    async (_what, _plant, _broken, commands) => {
      expect(await brokenBy(right, commands())).toEqual([]);
    },
  );
});
