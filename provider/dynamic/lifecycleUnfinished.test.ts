/** What an earlier run of either kind of resource left half-way, and the next one finishes. */
import type { Declared } from "../../testing/engine/emulatedStack";
import {
  calls,
  cloud,
  many,
  one,
  retain,
  sas,
  slowJobsEnd,
  ssd,
  stack,
  three,
  up,
  withSlowJobs,
} from "./testing/oneResource";

describe("what failed half-way", () => {
  test("a create that added one of three keeps it, and the next up adds only the others", async () => {
    cloud.emulator.addFault({ fault: "partial-batch", done: 1, match: { operation: "AddDesktopVolumes" } });
    const ended = await up(many(three));
    expect(ended?.did).toBe("create");
    expect(ended?.error).toMatch(
      /^2 of 3 data disks of desktop .* failed: \n- b: Adding data disk "b" \(SAS, 500 GB\).*\n- c: /s,
    );
    expect(Object.keys(stack.ids())).toEqual(["a"]);
    expect(stack.state()).toMatchObject({ unfinished: true });
    const { a } = stack.ids();
    expect(await up(many(three))).toEqual({ did: "update" });
    expect(cloud.changes().at(-1)).toEqual(["volumes", sas, three.c]);
    expect(stack.ids().a).toBe(a);
    expect(cloud.ids()).toHaveLength(3);
    expect(await up(many(three))).toEqual({ did: "same" });
  });

  test("a create of which nothing was made leaves nothing, and the next up adds each disk once", async () => {
    const body = { error_code: "WKS.0403", error_msg: "no" };
    cloud.emulator.addFault({
      fault: "respond",
      status: 403,
      body,
      match: { operation: "AddDesktopVolumes" },
    });
    expect((await up(many(three)))?.error).toMatch(/^3 of 3 data disks/);
    expect(stack.held.size).toBe(0);
    expect(await up(many(three))).toEqual({ did: "create" });
    expect(cloud.ids()).toHaveLength(3);
  });

  test("a disk that cannot be deleted keeps no other, and is deleted by a later run", async () => {
    await up(many(three));
    const { b = "" } = stack.ids();
    cloud.emulator.addFault({ fault: "refuse-batch", volume_id: b, times: "always" });
    expect((await stack.destroy()).it?.error).toMatch(/^1 of 3 data disks .*\n- b: Deleting data disk "b"/s);
    expect(cloud.ids()).toEqual([b]);
    cloud.emulator.clearFaults();
    expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
    expect(cloud.changes().at(-1)).toEqual(["batch-delete", b]);
  });

  describe.each<[string, () => Declared]>([
    ["an attachment", () => one({ timeouts: { create: "2m", update: "5m", delete: "20m" } })],
    ["a set", () => many({ a: ssd }, { timeouts: { create: "2m", update: "5m", delete: "20m" } })],
  ])("an add of %s", (_what, declared) => {
    beforeEach(withSlowJobs);

    /** The create fails with an error that says what may appear, and state has what the next run looks for. */
    async function timesOut() {
      const { error } = (await up(declared())) ?? {};
      expect(error).toMatch(/a disk may still appear on desktop .*[([]HWD150\d[)\]]/s);
      expect(stack.held.size).toBe(1);
      expect(JSON.stringify(stack.state())).toContain("pendingAdd");
      expect(JSON.stringify(stack.state())).not.toContain("ownershipId");
    }

    test.each<[string, () => void]>([
      ["was accepted", () => undefined],
      [
        "got no answer",
        () => cloud.emulator.addFault({ fault: "cut-after-work", match: { operation: "AddDesktopVolumes" } }),
      ],
    ])(
      "that %s and took longer than its time is found by the next up, and bought once",
      async (_how, fault) => {
        fault();
        await timesOut();
        await slowJobsEnd();
        expect(await up(declared())).toEqual({ did: "update" });
        expect(calls()).toEqual(["volumes"]);
        expect(cloud.ids()).toHaveLength(1);
        expect(JSON.stringify(stack.state())).toContain(cloud.ids()[0]);
        expect(JSON.stringify(stack.state())).not.toContain("pendingAdd");
        expect(await up(declared())).toEqual({ did: "same" });
        expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
        expect(cloud.ids()).toEqual([]);
      },
    );

    test("that took longer than its time is found by a refresh, which then has the disk's id", async () => {
      await timesOut();
      await slowJobsEnd();
      expect(await stack.refresh()).toEqual({ it: { did: "read" } });
      expect(calls()).toEqual(["volumes"]);
      expect(JSON.stringify(stack.state())).toContain(cloud.ids()[0]);
      expect(stack.held.get("it")?.id).not.toContain("pending");
      expect(JSON.stringify(stack.state())).not.toContain("pendingAdd");
      expect(await up(declared())).toEqual({ did: "update" });
      expect(await up(declared())).toEqual({ did: "same" });
      expect(calls()).toEqual(["volumes"]);
    });

    test("that took longer than its time is deleted by a destroy once its id is in state", async () => {
      await timesOut();
      await slowJobsEnd();
      // State decides what is deleted: what is found only now is named, and not deleted.
      const { error } = (await stack.destroy()).it ?? {};
      expect(error).toMatch(
        /an earlier run added disk \S+ for it, and its id is not in state yet\. Nothing was deleted\. Run "pulumi refresh".*[([]HWD1503[)\]]/,
      );
      expect(error).toContain(cloud.ids()[0]);
      await stack.refresh();
      expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
      expect(cloud.ids()).toEqual([]);
    });

    test("that was never carried out leaves nothing to a destroy", async () => {
      cloud.emulator.addFault({ fault: "job-fails", match: { operation: "AddDesktopVolumes" } });
      await timesOut();
      await slowJobsEnd();
      expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
      expect(cloud.ids()).toEqual([]);
    });

    test("that took longer than its time is not deleted where the program protected it, or retains it", async () => {
      const more = (policy: object): Declared =>
        _what === "an attachment"
          ? one({ timeouts: { create: "2m" }, ...policy })
          : many({ a: { ...ssd, ...policy } }, { timeouts: { create: "2m" } });
      expect((await up(more({ deletionProtection: true })))?.error).toMatch(/[([]HWD150\d[)\]]/);
      const before = cloud.emulator.requests().length;
      expect((await stack.destroy()).it?.error).toMatch(
        /deletionProtection of the disk that an earlier run may have added.*\[HWD1105\]$/,
      );
      expect(cloud.emulator.requests()).toHaveLength(before);
      await slowJobsEnd();
      expect(await up(more(retain))).toEqual({ did: "update" });
      expect(await stack.destroy()).toEqual({ it: { did: "delete" } });
      expect(cloud.ids()).toHaveLength(1);
      expect(calls()).toEqual(["volumes"]);
    });
  });

  test.each<[string, object, string[], number]>([
    ["delete", { deletionPolicy: "delete" }, ["volumes", "batch-delete"], 0],
    ["retain", retain, ["volumes"], 1],
  ])(
    "a name that leaves while its add is unknown leaves as said with the add: %s",
    async (_policy, policy, made, left) => {
      await withSlowJobs();
      const limits = { timeouts: { create: "2m" } };
      expect((await up(many({ a: { ...ssd, ...policy } }, limits)))?.error).toMatch(/\(HWD150\d\)/);
      await slowJobsEnd();
      // Its disk goes into state first, and leaves with the next up.
      expect((await up(many({})))?.error).toMatch(/an earlier run added this disk.*is in state.*\(HWD1503\)/);
      expect(Object.values(stack.ids())).toEqual(cloud.ids());
      expect(await up(many({}))).toEqual({ did: "update" });
      expect(calls()).toEqual(made);
      expect(cloud.ids()).toHaveLength(left);
      expect(stack.ids()).toEqual({});
    },
  );

  test("without a policy, its disk stays in state, and the next preview asks for one", async () => {
    await withSlowJobs();
    await up(many({ a: ssd }, { timeouts: { create: "2m" } }));
    await slowJobsEnd();
    expect((await up(many({})))?.error).toMatch(
      /an earlier run added this disk, and no deletionPolicy in state .*\(HWD1106\)/,
    );
    expect(Object.values(stack.ids())).toEqual(cloud.ids());
    expect((await up(many({})))?.error).toMatch(/deletionPolicy: "delete".*\[HWD1106\]$/s);
    expect(calls()).toEqual(["volumes"]);
  });
});
