import { Claims, wish } from "./claims";
import { UNKNOWN } from "./unknown";

const claims = () => new Claims();

test("a disk that nobody else speaks of may go with its resource", () => {
  const all = claims();
  all.keep("other");
  all.wish("another");
  expect(all.isAnothers("v")).toBe(false);
});

test("a disk that a resource of the program names is not for the one that goes", () => {
  const all = claims();
  wish(all, { existingVolumeId: "v" });
  expect(all.isAnothers("v")).toBe(true);
});

test.each([undefined, null, UNKNOWN, 7])("%p names no disk", (existingVolumeId) => {
  const all = claims();
  wish(all, { existingVolumeId });
  expect(all.isAnothers(String(existingVolumeId))).toBe(false);
});

test.each([
  ["the maker of the disk, after it was taken over", undefined, "taken over"],
  ["who took it over first, after it was taken over again", "first", "second"],
  ["who took it over, where its maker stayed in the program", "taken over", undefined],
])("%s does not take it along", (_who, goes, stays) => {
  const all = claims();
  all.keep("v", stays);
  expect(all.isAnothers("v", goes)).toBe(true);
  // It alone, as in a replacement that the engine was told to make.
  expect(all.isAnothers("v", stays)).toBe(false);
  all.keep("v", goes);
  expect(all.isAnothers("v", stays)).toBe(true);
});
