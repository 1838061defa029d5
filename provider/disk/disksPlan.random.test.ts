/** What holds for every change of the names of a desktop's disks. */
import fc from "fast-check";
import type { DisksInputs, DisksState, DiskState } from "./disksInputs";
import { describePlan } from "./disksDescription";
import { type DisksPlan, planDisks } from "./disksPlan";
import { keptOf } from "./disksState";
import type { DiskInputs } from "./inputs";

const names = fc.uniqueArray(
  fc.constantFrom("data", "logs", "scratch", "home", "constructor", "toString", "1", "a.b"),
  { maxLength: 6 },
);
const disk = fc.record(
  {
    type: fc.constantFrom("SSD", "SAS"),
    size: fc.constantFrom(10, 20, 30),
    deletionProtection: fc.boolean(),
    allowReplace: fc.boolean(),
  },
  { requiredKeys: ["type", "size"] },
);
const flags = fc.record(
  { deletionProtection: fc.boolean(), allowReplace: fc.boolean() },
  { requiredKeys: [] },
);

/** A state, and a program that may keep, change, rename, remove and add names. */
const change = fc.tuple(names, names).chain(([before, after]) =>
  fc.record({
    disks: fc
      .tuple(...before.map(() => disk))
      .map((all) =>
        Object.fromEntries(
          all.map((one, n): [string, DiskState] => [
            before[n] ?? "",
            { ...one, volumeId: `v-${before[n] ?? ""}` },
          ]),
        ),
      ),
    wanted: fc
      .tuple(
        ...after.map(() =>
          fc.tuple(disk, fc.option(fc.constantFrom(...before, "nowhere"), { nil: undefined, freq: 2 })),
        ),
      )
      .map((all) =>
        Object.fromEntries(
          all.map(([one, from], n): [string, DiskInputs] => [
            after[n] ?? "",
            from === undefined ? one : { ...one, existingVolumeId: `v-${from}` },
          ]),
        ),
      ),
    all: flags,
  }),
);

function planned({
  disks,
  wanted,
  all,
}: {
  disks: Record<string, DiskState>;
  wanted: Record<string, DiskInputs>;
  all: object;
}) {
  const state = {
    desktopId: "d",
    disks,
    region: "r",
    projectId: "p",
    endpoint: "e",
    stateVersion: 1,
  } satisfies DisksState;
  const inputs: DisksInputs = { desktopId: "d", disks: wanted, ...all };
  return { state, inputs, plan: planDisks(state, inputs, {}) };
}

/** The volumes by name after the plan is carried out; a new disk is `new`, one that is taken over itself. */
function carriedOut(state: DisksState, inputs: DisksInputs, plan: DisksPlan): Map<string, string> {
  const volumes = new Map([...keptOf(state, inputs, plan)].map(([name, { volumeId }]) => [name, volumeId]));
  for (const name of plan.add) volumes.set(name, own(inputs.disks, name)?.existingVolumeId ?? "new");
  return volumes;
}

function always(holds: (found: ReturnType<typeof planned>) => void): void {
  fc.assert(
    fc.property(change, (one) => {
      holds(planned(one));
    }),
    { numRuns: 2000, seed: 7 },
  );
}
const has = (entries: object, name: string) => Object.hasOwn(entries, name);
const own = <T>(entries: Record<string, T>, name: string) => (has(entries, name) ? entries[name] : undefined);

test("only a name that is gone, or whose disk is replaced, loses its disk", () => {
  always(({ state, inputs, plan }) => {
    if (plan.refusals.length > 0) return;
    for (const name of plan.remove) {
      expect(has(state.disks, name)).toBe(true);
      expect(has(inputs.disks, name) && !plan.add.includes(name)).toBe(false);
    }
  });
});

test("no name is in two lists, but for one that is replaced", () => {
  always(({ state, plan }) => {
    const renamed = new Set(plan.rename.map(({ to }) => to));
    const left = new Set(plan.rename.map(({ from }) => from));
    expect(new Set(plan.add).size).toBe(plan.add.length);
    expect(new Set(plan.remove).size).toBe(plan.remove.length);
    expect(left.size).toBe(plan.rename.length);
    if (plan.refusals.length > 0) return;
    for (const name of plan.remove) expect(left.has(name)).toBe(false);
    for (const name of plan.add) {
      expect(renamed.has(name)).toBe(false);
      expect(has(state.disks, name)).toBe(plan.remove.includes(name));
    }
    for (const { name } of plan.change)
      expect(plan.add.includes(name) || plan.remove.includes(name)).toBe(false);
  });
});

test("what is carried out has the names of the program, each disk once, and those that stay keep theirs", () => {
  always(({ state, inputs, plan }) => {
    if (plan.refusals.length > 0) return;
    const volumes = carriedOut(state, inputs, plan);
    expect([...volumes.keys()].sort()).toEqual(Object.keys(inputs.disks).sort());
    const removed = new Set(plan.remove.map((name) => own(state.disks, name)?.volumeId));
    for (const [name, volumeId] of volumes) {
      if (!plan.add.includes(name)) expect(removed.has(volumeId)).toBe(false);
      if (has(state.disks, name) && !plan.remove.includes(name))
        expect(volumeId).toBe(own(state.disks, name)?.volumeId);
    }
    const held = [...keptOf(state, inputs, plan).values()].map(({ volumeId }) => volumeId);
    expect(new Set(held).size).toBe(held.length);
  });
});

test("what is carried out is as the program says, and a second plan finds nothing to do", () => {
  always(({ state, inputs, plan }) => {
    if (plan.refusals.length > 0) return;
    const kept = keptOf(state, inputs, plan);
    for (const { name, plan: grown } of plan.change) {
      const one = kept.get(name);
      if (one !== undefined && grown.grow !== undefined) kept.set(name, { ...one, size: grown.grow });
    }
    const made = plan.add.map((name): [string, DiskState] => {
      const { existingVolumeId, ...entry } = { ...inputs, ...own(inputs.disks, name) } as DisksInputs &
        DiskInputs;
      return [name, { ...entry, volumeId: existingVolumeId ?? `new-${name}` }];
    });
    const after = planDisks({ ...state, disks: Object.fromEntries([...kept, ...made]) }, inputs, {});
    expect(after).toEqual({
      refusals: [],
      replaces: [],
      add: [],
      change: [],
      remove: [],
      rename: [],
      record: false,
    });
  });
});

test("a protected disk is never removed", () => {
  always(({ state, plan }) => {
    if (plan.refusals.length > 0) return;
    for (const name of plan.remove) expect(own(state.disks, name)?.deletionProtection ?? false).toBe(false);
  });
});

test("every disk that is deleted is named in the preview", () => {
  always(({ state, inputs, plan }) => {
    if (plan.refusals.length > 0) return;
    const lines = describePlan(state, inputs, plan).filter((line) => line.includes("DELETED"));
    expect(lines).toHaveLength(plan.remove.length);
    for (const name of plan.remove)
      expect(lines.join("\n")).toContain(
        `- ${name}: disk ${own(state.disks, name)?.volumeId ?? ""} is DELETED`,
      );
  });
});
