import { type Holder, VolumeOwnership } from "./ownership";

const holder = (ownershipId: string, title = `resource ${ownershipId}`): Holder => ({ ownershipId, title });
const a = holder("a");
const b = holder("b");
const V = "v";

/** What a run has seen of the disk before it is asked. */
type Seen = (run: VolumeOwnership) => void;
const keeps =
  (one: Holder): Seen =>
  (run) => {
    run.keep(V, one);
  };
const leaves =
  (one: Holder, how: "forget" | "delete"): Seen =>
  (run) => {
    run.leave(V, one, how);
  };
const claims =
  (one: Holder): Seen =>
  (run) => {
    run.claim(V, one);
  };
const takes =
  (one: Holder): Seen =>
  (run) => {
    run.take(V, one);
  };
const holds =
  (one: Holder): Seen =>
  (run) => {
    run.hold(V, one);
  };

function after(...seen: Seen[]): VolumeOwnership {
  const run = new VolumeOwnership();
  for (const one of seen) one(run);
  return run;
}

describe("rule 3 and 5: whether b may adopt the disk", () => {
  test.each<[string, Seen[], string | undefined]>([
    ["nobody was seen", [], undefined],
    ["a state has it, and its resource was removed from the program", [holds(a)], undefined],
    ["a keeps it", [keeps(a)], "HWD1108 resource a has disk v and keeps it in this run"],
    ["a deletes it", [leaves(a, "delete")], "HWD1108 resource a has disk v and deletes it in this run"],
    ["a forgets it", [leaves(a, "forget")], undefined],
    ["a kept it and forgets it after all", [keeps(a), leaves(a, "forget")], undefined],
    [
      "a asks for it as well",
      [claims(a), claims(b)],
      "HWD1107 resource a names disk v as existingVolumeId as well",
    ],
    ["a got it in this run", [takes(a)], "HWD1107 resource a got disk v in this run"],
    ["b keeps it itself", [keeps(b)], undefined],
    [
      "a's claim was withdrawn",
      [
        claims(a),
        (run) => {
          run.withdraw(V, a);
        },
      ],
      undefined,
    ],
    [
      "a has forgotten it",
      [
        takes(a),
        (run) => {
          run.release(V, a);
        },
      ],
      undefined,
    ],
  ])("%s", (_what, seen, expected) => {
    const conflict = after(...seen).claimProblem(V, b);
    expect(conflict && `${conflict.code} ${conflict.why}`).toBe(expected);
  });
});

describe("rule 3 and 5: whether a may go on having the disk, or delete it", () => {
  test.each<[string, Seen[], string | undefined]>([
    ["nobody else was seen", [keeps(a)], undefined],
    [
      "b asks for it",
      [keeps(a), claims(b)],
      "HWD1108 resource b names disk v as existingVolumeId in this run",
    ],
    ["b asks for it, and a deletes it", [leaves(a, "delete"), claims(b)], "HWD1108 resource b names disk v"],
    ["b asks for it, and a forgets it", [leaves(a, "forget"), claims(b)], undefined],
    ["b keeps it", [keeps(a), keeps(b)], "HWD1107 resource b has disk v as well"],
    ["b got it in this run", [takes(b), keeps(a)], "HWD1107 resource b got disk v in this run"],
    ["a asks for what it has", [keeps(a), claims(a)], undefined],
  ])("%s", (_what, seen, expected) => {
    const conflict = after(...seen).holderProblem(V, a);
    expect(conflict && `${conflict.code} ${conflict.why}`.slice(0, expected?.length)).toBe(expected);
  });
});

describe("rule 4: what a delete of a may do", () => {
  test.each<[string, Seen[], string]>([
    ["nobody else was seen", [holds(a)], "delete"],
    ["a was kept by a diff before", [keeps(a)], "delete"],
    ["b got it in this run", [takes(b)], "forget b"],
    ["b keeps it", [keeps(b)], "forget b"],
    ["b asks for it and does not have it yet", [claims(b)], "refuse b"],
    ["b asked for it and got it", [claims(b), takes(b)], "forget b"],
    ["a state has it under b, which the program no longer has", [holds(b)], "delete"],
    ["a got it in this run itself", [takes(a)], "delete"],
  ])("%s", (_what, seen, expected) => {
    const verdict = after(...seen).deleteVerdict(V, a);
    expect(verdict.is === "delete" ? verdict.is : `${verdict.is} ${verdict.other.ownershipId}`).toBe(
      expected,
    );
  });
});

describe("states of 0.1.0, which have no ownership ids", () => {
  const old = holder("", "set d, disks.data");

  test("the maker of a disk is told from the one that adopted it", () => {
    expect(after(keeps(b)).deleteVerdict(V, old)).toEqual({ is: "forget", other: b });
    expect(after(keeps(old)).deleteVerdict(V, b)).toEqual({ is: "forget", other: old });
  });

  test("without an id on either side, the title decides", () => {
    expect(after(keeps(old)).deleteVerdict(V, { ...old })).toEqual({ is: "delete" });
    expect(after(keeps(old)).deleteVerdict(V, holder("", "other")).is).toBe("forget");
  });
});

test("a disk that somebody has is not given to an add, whatever the program says of it", () => {
  for (const seen of [holds(a), keeps(a), leaves(a, "forget"), takes(a)]) {
    expect(after(seen).isHeld(V)).toEqual(a);
    expect([...after(seen).held()]).toEqual([V]);
  }
  expect(after(claims(a)).isHeld(V)).toBeUndefined();
  expect([...after(claims(a)).held()]).toEqual([]);
  const run = after(takes(a));
  run.release(V);
  expect(run.isHeld(V)).toBeUndefined();
});

test("a stand-in of an add makes way for the one that really has the disk", () => {
  const run = after(holds(holder("", "an add")), takes(a));
  expect(run.isHeld(V)).toEqual(a);
  run.hold(V, b);
  expect(run.isHeld(V)).toEqual(a);
});

test("a holder from a state without ownership ids that gets one deletes its disk, and others are kept off as before", () => {
  const nameless = holder("", "resource a");
  const run = after(keeps(nameless));
  run.identify(V, nameless, a);

  expect(run.deleteVerdict(V, a)).toEqual({ is: "delete" });
  expect(run.claimProblem(V, b)).toBeDefined();
});

test("a disk whose id is written in the other case is the same disk", () => {
  const ownership = new VolumeOwnership();
  const [id, other] = ["ab54cdef-0000-4000-8000-00000000000d", "AB54CDEF-0000-4000-8000-00000000000D"];
  ownership.keep(id, { ownershipId: "o1", title: "one" });
  expect(ownership.isHeld(other)).toMatchObject({ title: "one" });
  expect(ownership.claimProblem(other, { ownershipId: "o2", title: "two" })).toMatchObject({
    code: "HWD1108",
  });
  ownership.release(other);
  expect([...ownership.held()]).toEqual([]);
});
