/** What check and diff decide between the resources of one run. Nothing here makes a call. */
import type { Properties } from "../host";
import {
  adopt,
  call,
  heldBySet,
  many,
  newRun,
  one,
  refused,
  ssd,
  stateOfMany,
  stateOfOne,
} from "./testing/oneRun";

describe("a disk that two resources of one run want", () => {
  const check = (run: ReturnType<typeof newRun>, news: object, olds: object = {}) =>
    run.attachment
      .check(call("(new, on desktop d)"), olds as Properties, news as Properties)
      .map(({ property, reason }) => `${property} ${reason}`);

  test("one that the program names twice is refused for the second, which names the first", () => {
    const run = newRun();
    expect(check(run, one(adopt("v")))).toEqual([]);
    expect(check(run, one(adopt("v")))).toEqual([
      expect.stringMatching(
        /^existingVolumeId DataDiskAttachment \(new, on desktop d\) names disk v as existingVolumeId as well\. A disk has one holder.*\[HWD1107\]$/,
      ),
    ]);
    const disks = many({ data: adopt("v") });
    expect(run.set.check(call("(new, on desktop d)"), {}, disks)[0]).toMatchObject({
      property: "disks.data.existingVolumeId",
    });
  });

  test("a taker that comes after the holder's diff is refused, with how to hand over in two runs", () => {
    const run = newRun();
    run.set.diff(call("d"), "d", stateOfMany({ data: heldBySet() }), many({ data: ssd }));
    expect(check(run, one(adopt("v")))).toEqual([
      expect.stringMatching(
        /^existingVolumeId DesktopDataDisks d, disks\.data has disk v and keeps it.*deletionPolicy: "retain" on its present holder and run "pulumi up"; then.*\[HWD1108\]$/,
      ),
    ]);
  });

  test("a holder that deletes what another one names is refused, whoever comes first", () => {
    const deletes = stateOfMany({
      data: heldBySet({ deletionPolicy: "delete" }),
      stays: heldBySet({ volumeId: "w", ownershipId: "w" }),
    });
    const run = newRun();
    run.set.diff(call("d"), "d", deletes, many({ stays: ssd }));
    expect(check(run, one(adopt("v")))[0]).toContain("deletes it in this run");

    const other = newRun();
    expect(check(other, one(adopt("v")))).toEqual([]);
    expect(refused(() => other.set.diff(call("d"), "d", deletes, many({ stays: ssd })))).toMatch(
      /disks\.data: DataDiskAttachment \(new, on desktop d\) names disk v as existingVolumeId in this run\. .*two|one run.*\[HWD1108\]$/,
    );
  });

  test("a holder that forgets it may hand it over, whoever comes first", () => {
    const retains = stateOfMany({ data: heldBySet({ deletionPolicy: "retain" }) });
    const run = newRun();
    run.set.diff(call("d"), "d", retains, many({}));
    expect(check(run, one(adopt("v")))).toEqual([]);
    const other = newRun();
    expect(check(other, one(adopt("v")))).toEqual([]);
    expect(other.set.diff(call("d"), "d", retains, many({}))).toMatchObject({ changes: true });
  });

  test("a holder that keeps what another one names is refused", () => {
    const run = newRun();
    check(run, one(adopt("v", { size: 200 })));
    expect(
      refused(() => run.set.diff(call("d"), "d", stateOfMany({ data: heldBySet() }), many({ data: ssd }))),
    ).toContain("disks.data: DataDiskAttachment (new, on desktop d) names disk v");
  });

  test("two states that have one disk are both refused where both are seen", () => {
    const run = newRun();
    run.set.diff(call("d"), "d", stateOfMany({ data: heldBySet() }), many({ data: ssd }));
    expect(refused(() => run.attachment.diff(call("d/v"), "d/v", stateOfOne(), one()))).toContain(
      "DesktopDataDisks d, disks.data has disk v as well",
    );
    expect(
      refused(() =>
        run.set.diff(
          call("d"),
          "d",
          stateOfMany({ data: heldBySet() }),
          many({ data: { ...ssd, size: 200 } }),
        ),
      ),
    ).toContain("DataDiskAttachment d/v has disk v as well");
  });

  test.each<[string, object, object]>([
    ["after it was adopted", one(adopt("v")), one(adopt("v"))],
    ["named only now, by the one that has it", one(), one(adopt("v"))],
  ])("a resource that names the disk it has, %s, is no second one", (_what, olds, news) => {
    const run = newRun();
    expect(check(run, news, olds)).toEqual([]);
    const keysInAnotherOrder = Object.fromEntries(Object.entries(news).reverse());
    expect(
      run.attachment.diff(call("d/v"), "d/v", stateOfOne({ deletionProtection: false }), keysInAnotherOrder),
    ).toMatchObject({ changes: false });
    // Nor is the next resource told of a claim.
    expect(check(run, one(adopt("w")))).toEqual([]);
  });

  test("another name within a set is no second holder", () => {
    const run = newRun();
    const news = many({ files: adopt("v") });
    expect(run.set.check(call("d"), many({ data: ssd }), news)).toEqual([]);
    expect(
      run.set.diff(call("d"), "d", stateOfMany({ data: heldBySet({ deletionProtection: false }) }), news),
    ).toMatchObject({
      changes: true,
      lines: ["~ files: disk v keeps its data, its name was data"],
    });
  });

  test("a name that comes back takes its disk back, unless another resource has it", () => {
    const released = { ...stateOfMany({}), released: { data: "v" } };
    expect(newRun().set.diff(call("d"), "d", released, many({ data: ssd })).lines).toEqual([
      "+ data: disk v is taken back (SSD, 100 GB)",
    ]);
    const run = newRun();
    run.attachment.diff(call("d/v"), "d/v", stateOfOne(), one());
    expect(refused(() => run.set.diff(call("d"), "d", released, many({ data: ssd })))).toContain(
      "DataDiskAttachment d/v has disk v and keeps it",
    );
  });

  test("a claim counts also where the inputs of its resource are wrong", () => {
    const run = newRun();
    check(run, one(adopt("v", { size: 15 })));
    expect(
      refused(() => run.set.diff(call("d"), "d", stateOfMany({ data: heldBySet() }), many({ data: ssd }))),
    ).not.toBe("");
  });
});
