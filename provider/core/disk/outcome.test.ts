import { CoreError } from "../errors";
import { failureOf, type Outcome, STATE_VERSION, stateAfter } from "./state";
import { held, inputsOf, stateOf } from "./testing/sets";

const place = { region: "r", projectId: "p", endpoint: "https://e" };
const failure = new CoreError({ code: "HWD1601", failed: "Adding", why: "no capacity", now: "" });
const pending = { sentAt: "then", tookMs: 5, beforeIds: [], spec: { type: "SSD", size: 10 }, request: [] };
const ssd = { type: "SSD", size: 100 };

test("the state has what is there, in the order of the program, and what is still unknown", () => {
  const before = stateOf({ b: held("vb"), gone: held("vg") });
  const wanted = inputsOf(
    { a: ssd, b: ssd, c: ssd },
    { shared: { deletionPolicy: "retain" }, place: { profile: "me" }, enterpriseProjectId: "e" },
  );
  const outcomes: Outcome[] = [
    { name: "gone", disk: held("vg"), failure },
    { name: "b", disk: held("vb") },
    { name: "a", disk: held("va") },
    { name: "c", pending, failure },
  ];
  const state = stateAfter(before, wanted, outcomes, place);
  expect([...state.disks.keys()]).toEqual(["a", "b", "gone"]);
  expect([...state.pendingAdds]).toEqual([["c", pending]]);
  expect(state).toMatchObject({
    version: STATE_VERSION,
    unfinished: true,
    shared: { deletionPolicy: "retain" },
    place: { ...place, profile: "me" },
    enterpriseProjectId: "e",
  });
});

test("a disk that was forgotten is released, until its name or another one has it again", () => {
  const before = stateOf({ data: held("vd") });
  const released = stateAfter(before, inputsOf({}), [{ name: "data", released: "vd" }], place);
  expect([...released.released]).toEqual([["data", "vd"]]);
  const after = (outcomes: Outcome[]) => [...stateAfter(released, inputsOf({}), outcomes, place).released];
  expect(after([{ name: "data", failure }])).toEqual([["data", "vd"]]);
  expect(after([{ name: "data", disk: held("vd") }])).toEqual([]);
  expect(after([{ name: "files", disk: held("vd") }])).toEqual([]);
  expect(after([{ name: "files", disk: held("other") }])).toEqual([["data", "vd"]]);
});

test("an adoption that failed leaves open what an earlier add did; one that succeeded closes it", () => {
  const before = stateOf({}, { pendingAdds: new Map([["data", pending]]) });
  const after = (outcome: Outcome) =>
    stateAfter(before, inputsOf({ data: ssd }), [outcome], place).pendingAdds.size;
  expect(after({ name: "data", failure })).toBe(1);
  expect(after({ name: "data", disk: held("v") })).toBe(0);
  expect(after({ name: "data", pending, failure })).toBe(1);
});

test("a set has one error for all that failed, an attachment its own", () => {
  const outcomes = [
    { name: "a", failure },
    { name: "b", disk: held("vb") },
    { name: "c", failure },
  ];
  expect(failureOf(outcomes, "DataDiskAttachment", "d")).toBe(failure);
  expect(failureOf(outcomes, "DesktopDataDisks", "d")?.message).toBe(
    "2 of 3 data disks of desktop d failed: " +
      "\n- a: Adding: no capacity. Remove what the service names, then run again (HWD1601)." +
      "\n- c: Adding: no capacity. Remove what the service names, then run again (HWD1601). [HWD1707]",
  );
  expect(failureOf([{ name: "b" }], "DesktopDataDisks", "d")).toBeUndefined();
});
