import { VirtualClock } from "../testing/virtualClock";
import { Asked, type VolumeRequest } from "./asked";
import { Operation } from "./operation";
import { mergeKey, nextBatch } from "./order";

const clock = new VirtualClock();
const remove = (volumeId: string): VolumeRequest => ({ kind: "delete", volumeId });
const grow = (volumeId: string): VolumeRequest => ({ kind: "grow", volumeId, size: 20 });
const pace = (volumeId: string, iops: number): VolumeRequest => ({
  kind: "qos",
  volumeId,
  iops,
  throughput: 1,
});
const add = (more: object = {}, enterpriseProjectId?: string): VolumeRequest => ({
  kind: "add",
  spec: { type: "GPSSD2", size: 20, ...more },
  enterpriseProjectId,
});

/** Who goes next, by place in the line. */
function next(requests: readonly VolumeRequest[], overtaken: Record<number, number> = {}): number[] {
  const facts = { doing: "", disk: "", desktopId: "", timeoutMs: 1000 };
  const waiting = requests.map((request) => new Asked(request, new Operation(clock, facts)));
  waiting.forEach((asked, index) => (asked.overtaken = overtaken[index] ?? 0));
  return nextBatch(waiting).map((asked) => waiting.indexOf(asked));
}

test.each<[string, number[], number[]]>([
  ["nobody waits", next([]), []],
  ["all of the kind of the first go along", next([grow("a"), add(), grow("b")]), [0, 2]],
  ["deletes go first", next([add(), grow("a"), remove("b"), remove("c")]), [2, 3]],
  ["who was overtaken three times goes before deletes", next([add(), remove("b"), add()], { 0: 3 }), [0, 2]],
  ["who was overtaken twice does not", next([add(), remove("b")], { 0: 2 }), [1]],
  [
    "ten at most",
    next(Array.from({ length: 12 }, (_, index) => remove(String(index)))),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  ],
  ["disks of another new speed wait", next([pace("a", 1), pace("b", 2), pace("c", 1)]), [0, 2]],
  ["adds for another enterprise project wait", next([add({}, "0"), add({}, "e"), add({}, "0")]), [0, 2]],
  [
    "adds that differ in what the service may not tell wait",
    next([add({ iops: 1 }), add({ iops: 2 }), add({ iops: 1 })]),
    [0, 2],
  ],
  ["adds that differ in key wait", next([add({ kmsId: "k" }), add(), add({ size: 30 })]), [0, 2]],
  ["adds that differ in size go along", next([add({ iops: 1 }), add({ iops: 2, size: 30 })]), [0, 1]],
])("%s", (_, got, expected) => {
  expect(got).toEqual(expected);
});

test("what may not go together has another key", () => {
  const keys = [remove("a"), grow("a"), pace("a", 1), pace("a", 2), add(), add({}, "e")].map(mergeKey);
  expect(new Set(keys).size).toBe(keys.length);
});
