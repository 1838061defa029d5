/** What holds for every change of the names of a set. */
import fc from "fast-check";
import { setCodec } from "./codecs";
import type { DiskInputs } from "./inputs";
import { UNKNOWN } from "../host";
import { hasChanges, type Step } from "./plan";
import { type DiskState, type Leaving, stateAfter } from "./state";
import { inputsOf, planned, stateOf } from "./testing/sets";

const names = fc.uniqueArray(fc.constantFrom("data", "logs", "home", "constructor", "toString", "1", "a.b"), {
  maxLength: 6,
});
const policy = fc.record(
  {
    deletionProtection: fc.boolean(),
    deletionPolicy: fc.constantFrom("delete" as const, "retain" as const),
    allowReplace: fc.boolean(),
  },
  { requiredKeys: [] },
);
const disk = fc
  .tuple(fc.record({ type: fc.constantFrom("SSD", "SAS"), size: fc.constantFrom(10, 20, 30) }), policy)
  .map(([kind, more]) => ({ ...kind, ...more }));
const lost = { deletionPolicy: "delete" as const };

/** Which disk an entry adopts, if any: one of the set, one that the set released, or one of somebody else. */
const adopted = (before: string[], released: string[]) =>
  fc.option(
    fc.constantFrom(...before.map((name) => `v-${name}`), ...released.map((name) => `r-${name}`), "nowhere"),
    {
      nil: undefined,
      freq: 2,
    },
  );
function withId(entry: DiskInputs, id: string | undefined, n: number): DiskInputs {
  if (id === undefined) return entry;
  return { ...entry, existingVolumeId: id === "nowhere" ? `nowhere-${n}` : id };
}
/** A check refuses two entries that name the same disk. */
function withoutTwice(wanted: Record<string, DiskInputs>): Record<string, DiskInputs> {
  const entries = Object.entries(wanted);
  const isFirst = (id: unknown, name: string) =>
    entries.find(([, other]) => other.existingVolumeId === id)?.[0] === name;
  return Object.fromEntries(
    entries.filter(
      ([name, one]) => one.existingVolumeId === undefined || isFirst(one.existingVolumeId, name),
    ),
  );
}

/** A state with some released names, and a program that may keep, change, rename, remove and add names. */
const change = fc.tuple(names, names, names).chain(([before, after, released]) =>
  fc.record({
    disks: fc
      .tuple(...before.map(() => disk))
      .map((all) =>
        Object.fromEntries(
          all.map((one, n): [string, DiskState] => [
            before[n] ?? "",
            { ...one, volumeId: `v-${before[n] ?? ""}`, ownershipId: "o" },
          ]),
        ),
      ),
    wanted: fc
      .tuple(...after.map(() => fc.tuple(disk, adopted(before, released))))
      .map((all) => Object.fromEntries(all.map(([one, id], n) => [after[n] ?? "", withId(one, id, n)])))
      .map(withoutTwice),
    shared: fc.constantFrom({}, lost),
    released: fc.constant(
      new Map(released.filter((name) => !before.includes(name)).map((name) => [name, `r-${name}`])),
    ),
  }),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function always(holds: (found: Change & ReturnType<typeof planned>) => void): void {
  fc.assert(
    fc.property(change, (one) => {
      const found = planned(
        stateOf(one.disks, { released: one.released }),
        inputsOf(one.wanted, { shared: one.shared }),
      );
      holds({ ...one, ...found });
    }),
    { numRuns: 500, seed: 7 },
  );
}

const isLeaving = (step: Step): step is Leaving => step.is === "delete" || step.is === "forget";

test("a disk is deleted only where its recorded policy says so, or its replacement is allowed; never a protected one", () => {
  always(({ plan, wanted, refused }) => {
    if (refused.length > 0) return;
    for (const step of plan.steps.filter(isLeaving)) {
      expect(step.disk.deletionProtection ?? false).toBe(false);
      if (step.replaced)
        expect(Object.hasOwn(wanted, step.name) && wanted[step.name]?.allowReplace).toBe(true);
      else expect(step.disk.deletionPolicy).toBe(step.is === "delete" ? "delete" : "retain");
    }
  });
});

test("nothing that only the program says lets a name leave", () => {
  always(({ disks, wanted, refused, plan }) => {
    for (const [name, { deletionPolicy, volumeId }] of Object.entries(disks)) {
      const isRenamed = plan.steps.some(
        (step) => step.is === "keep" && step.from === name && step.name !== name,
      );
      if (Object.hasOwn(wanted, name) || deletionPolicy !== undefined || isRenamed) continue;
      expect(
        refused.filter((line) => line.startsWith(`disks.${name} is gone`) && line.includes(volumeId)),
      ).toHaveLength(1);
    }
  });
});

test("each disk and each name has one step, but for a name that is replaced", () => {
  always(({ plan }) => {
    const kept = plan.steps.filter((step) => !isLeaving(step)).map(({ name }) => name);
    expect(new Set(kept).size).toBe(kept.length);
    const volumes = plan.steps.flatMap((step) => ("disk" in step ? [step.disk.volumeId] : []));
    expect(new Set(volumes).size).toBe(volumes.length);
  });
});

/** What each name has when the plan is carried out; a new disk is `new-<name>`. */
function carriedOut({ plan, wanted, disks, released, shared }: Change & ReturnType<typeof planned>) {
  const before = stateOf(disks, { released });
  const inputs = inputsOf(wanted, { shared });
  const entry = (name: string) =>
    (inputs.disks === UNKNOWN ? undefined : inputs.disks.get(name)) as DiskInputs;
  const policyOf = ({ deletionProtection, deletionPolicy, allowReplace }: DiskInputs) =>
    Object.fromEntries(
      Object.entries({ deletionProtection, deletionPolicy, allowReplace }).filter(
        ([, value]) => value !== undefined,
      ),
    );
  const outcomes = plan.steps.map((step) => {
    const { name } = step;
    if (isLeaving(step))
      return step.is === "forget" && !step.replaced ? { name, released: step.disk.volumeId } : { name };
    if (step.is === "settle") return { name };
    const { existingVolumeId, ...asked } = entry(name);
    if (step.is === "keep") {
      const { deletionProtection, deletionPolicy, allowReplace, ...kept } = step.disk;
      const grown = step.grow === undefined ? {} : { size: step.grow };
      return { name, disk: { ...kept, ...grown, ...policyOf(asked) } as DiskState };
    }
    const volumeId = step.is === "add" ? `new-${name}` : String(step.volumeId);
    return { name, disk: { ...asked, volumeId, ownershipId: "o" } as DiskState };
  });
  return stateAfter(before, inputs, outcomes, { region: "r", projectId: "p", endpoint: "https://e" });
}

test("what is carried out has the names of the program, each disk once, and those that stay keep theirs", () => {
  always((found) => {
    if (found.refused.length > 0) return;
    const state = carriedOut(found);
    expect([...state.disks.keys()].sort()).toEqual(Object.keys(found.wanted).sort());
    const volumes = [
      ...[...state.disks.values()].map(({ volumeId }) => volumeId),
      ...state.released.values(),
    ];
    expect(new Set(volumes).size).toBe(volumes.length);
  });
});

test("what is carried out is as the program says, and a second plan finds nothing to do", () => {
  always((found) => {
    if (found.refused.length > 0) return;
    const state = carriedOut(found);
    const again = planned(state, inputsOf(found.wanted, { shared: found.shared }));
    expect(again.refused).toEqual([]);
    expect(hasChanges(again.plan)).toBe(false);
  });
});

test("every disk that is deleted or forgotten is named in the preview", () => {
  always(({ plan, lines, refused }) => {
    if (refused.length > 0) return;
    for (const {
      is,
      name,
      disk: { volumeId },
    } of plan.steps.filter(isLeaving)) {
      const what = is === "delete" ? "is DELETED with its data" : "stays on the desktop";
      expect(lines.filter((line) => line.startsWith(`- ${name}: disk ${volumeId} ${what}`))).toHaveLength(1);
    }
    expect(lines.filter((line) => line.includes("DELETED"))).toHaveLength(
      plan.steps.filter(({ is }) => is === "delete").length,
    );
  });
});

test("a state is written and read as it was", () => {
  always((found) => {
    if (found.refused.length > 0) return;
    const state = carriedOut(found);
    const raw = JSON.parse(JSON.stringify(setCodec.writeState(state))) as Record<string, unknown>;
    const read = setCodec.readState("desk", raw);
    expect(setCodec.writeState(read)).toEqual(raw);
    // Protection is written also where nobody said it.
    const said = (all: typeof state) =>
      [...all.disks].map(([name, one]) => [name, { deletionProtection: false, ...one }]);
    expect({ ...read, disks: said(read) }).toEqual({ ...state, disks: said(state) });
  });
});
