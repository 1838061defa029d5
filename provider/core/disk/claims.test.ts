import { VolumeOwnership } from "../desktop/ownership";
import { claimedBy, Claims } from "./claims";
import type { DiskInputs } from "./inputs";
import { UNKNOWN } from "../host";
import { inputsOf } from "./testing/sets";

const ssd = { type: "SSD", size: 100 };
const adopt = (existingVolumeId: string | typeof UNKNOWN): DiskInputs => ({ ...ssd, existingVolumeId });

test.each<[string, Record<string, DiskInputs>, Record<string, DiskInputs>, string[]]>([
  ["a new entry that names a disk", { a: adopt("v"), b: ssd }, {}, ["a v"]],
  ["an entry that names one only now", { a: adopt("v") }, { a: ssd }, ["a v"]],
  ["an entry that names another one now", { a: adopt("w") }, { a: adopt("v") }, ["a w"]],
  ["an entry that named it before", { a: adopt("v") }, { a: adopt("v") }, []],
  ["another name for it", { b: adopt("v") }, { a: adopt("v") }, ["b v"]],
  ["a disk that is not known yet", { a: adopt(UNKNOWN) }, {}, []],
])("%s", (_what, wanted, old, expected) => {
  const claimed = claimedBy(inputsOf(wanted), inputsOf(old));
  expect(claimed.map(({ name, volumeId }) => `${name} ${volumeId}`)).toEqual(expected);
});

test("disks that are not known yet claim nothing, and were claimed by nobody", () => {
  expect(claimedBy(inputsOf(UNKNOWN), inputsOf({}))).toEqual([]);
  expect(claimedBy(inputsOf({ a: adopt("v") }), inputsOf(UNKNOWN))).toEqual([{ name: "a", volumeId: "v" }]);
});

test("check and create of one resource share a claim, by their inputs in any order; the same inputs twice are two resources", () => {
  const ownership = new VolumeOwnership();
  const claims = new Claims(ownership);
  const inputs = { desktopId: "d", disks: { a: { size: 100, type: "SSD" } } };
  const again = { disks: { a: { type: "SSD", size: 100 } }, desktopId: "d" };
  const claim = [{ name: "a", volumeId: "v" }];
  expect(claims.claim(inputs, claim, () => "one")).toEqual([]);
  const ownershipId = claims.idFor(again, "a", "v");
  expect(ownership.claimProblem("v", { ownershipId, title: "one" })).toBeUndefined();
  expect(claims.claim(again, claim, () => "two")).toMatchObject([{ conflict: { code: "HWD1107" } }]);
  // Now the first one must not adopt it either.
  expect(ownership.claimProblem("v", { ownershipId, title: "one" })?.why).toContain("two names disk v");

  claims.withdraw(inputs, "a", "v", "one");
  expect(ownership.claimProblem("v", { ownershipId: "other", title: "three" })).toBeUndefined();
  expect(claims.idFor(inputs, "a", "v")).not.toBe(ownershipId);
});

test("a resource that names its disk as before takes no claim of another one with the same inputs away", () => {
  const ownership = new VolumeOwnership();
  const claims = new Claims(ownership);
  const inputs = { desktopId: "d", existingVolumeId: "v" };
  const named = [{ name: "", volumeId: "v" }];
  claims.claim(inputs, named, () => "another");
  claims.note(inputs, named);
  claims.withdraw(inputs, "", "v", "holder");

  expect(ownership.holderProblem("v", { ownershipId: "own", title: "holder" })?.code).toBe("HWD1108");
});
