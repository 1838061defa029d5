/** `check` and `diff` in the real process of each front: nothing of it makes a call. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { type FrontProcess, fronts } from "./fronts";
import type { Properties } from "./spawned-process";

jest.setTimeout(60_000);

/** The property that a failure names: in its reason where the engine's own sentence would show no value, or a dump. */
function propertyOf({ property, reason }: { property: string; reason: string }): string {
  return property === "" ? (reason.split(" ")[0] ?? "") : property;
}

describe.each(fronts)("$name", (front) => {
  /** Rows about time limits, where they travel as an input. */
  function onlyWithTimeouts<T>(rows: T[]): T[] {
    return front.takesTimeouts ? rows : [];
  }

  let emulator: Emulator;
  let provider: FrontProcess;

  beforeAll(async () => {
    emulator = await startEmulator({ jobTimeMs: 1_500 });
    provider = await front.start({ ...emulator.env });
    await provider.configure();
  });

  afterEach(() => {
    expect(emulator.requests()).toEqual([]);
  });

  afterAll(async () => {
    await provider.close();
    await emulator.close();
  });

  const good: Properties = { desktopId: "desk-1", type: "SSD", size: 100, ...front.line };
  const fast: Properties = { ...good, type: "GPSSD2", iops: 3000, throughput: 125 };

  function without(properties: Properties, key: string): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== key));
  }

  describe("check", () => {
    test.each<[string, Properties]>([
      ["a plain disk", good],
      ["a fast disk", fast],
      ["a type that this version does not know", { ...good, type: "ESSD3" }],
      ["a disk to adopt", { ...good, existingVolumeId: "volume-9", deletionProtection: false }],
      ...onlyWithTimeouts<[string, Properties]>([
        ["time-outs", { ...good, timeouts: { create: "90s", update: "1h30m", delete: "1.5h" } }],
      ]),
    ])("%s passes as it is", async (_name, inputs) => {
      expect(await provider.check(inputs)).toEqual({ inputs, failures: [] });
    });

    test.each<[string, Properties, string]>([
      ["no desktop", without(good, "desktopId"), "desktopId"],
      ["an empty desktop id", { ...good, desktopId: "" }, "desktopId"],
      ["a desktop id of blanks", { ...good, desktopId: "  " }, "desktopId"],
      ["a desktop id of 256 characters", { ...good, desktopId: "d".repeat(256) }, "desktopId"],
      ["a desktop id with a slash", { ...good, desktopId: "a/b" }, "desktopId"],
      ["a desktop id that is a number", { ...good, desktopId: 7 }, "desktopId"],
      ["no type", without(good, "type"), "type"],
      ["a type in small letters", { ...good, type: "ssd" }, "type"],
      ["no size", without(good, "size"), "size"],
      ["a size of 0", { ...good, size: 0 }, "size"],
      ["a size of 5", { ...good, size: 5 }, "size"],
      ["a size below nothing", { ...good, size: -10 }, "size"],
      ["a size between two steps", { ...good, size: 15 }, "size"],
      ["a size that is no whole number", { ...good, size: 10.5 }, "size"],
      ["a size that is a text", { ...good, size: "100" }, "size"],
      ["a fast disk without iops", without(fast, "iops"), "iops"],
      ["a fast disk without throughput", without(fast, "throughput"), "throughput"],
      ["iops for another type", { ...good, iops: 3000 }, "iops"],
      ["iops of 0", { ...fast, iops: 0 }, "iops"],
      ["an empty key", { ...good, kmsId: "" }, "kmsId"],
      ["protection that is a text", { ...good, deletionProtection: "true" }, "deletionProtection"],
      [
        "a take-over that does not say what a delete may do",
        { ...good, existingVolumeId: "v" },
        "deletionProtection",
      ],
      ...onlyWithTimeouts<[string, Properties, string]>([
        ["a time-out without a unit", { ...good, timeouts: { delete: "30" } }, "customTimeouts.delete"],
        ["a time-out of zero", { ...good, timeouts: { create: "0s" } }, "customTimeouts.create"],
      ]),
      ["a region that is none", { ...good, region: "cn north" }, "region"],
      ["an endpoint that is none", { ...good, endpoint: "workspace" }, "endpoint"],
    ])("%s is refused by the property's name", async (_name, inputs, property) => {
      const { failures } = await provider.check(inputs);

      expect(failures.map(propertyOf)).toEqual([property]);
      expect(failures[0]?.reason).toMatch(/\w/);
    });

    test("everything that is wrong is told at once", async () => {
      const { failures } = await provider.check({ ...front.line });

      expect(failures.map(propertyOf).sort()).toEqual(["desktopId", "size", "type"]);
    });

    test.each(["desktopId", "type", "size", "kmsId", "existingVolumeId", "deletionProtection", "region"])(
      "a value of %s that is not known yet passes",
      async (property) => {
        const inputs = { ...good, [property]: unknownValue };
        const { failures } = await provider.check(
          property === "existingVolumeId" ? { ...inputs, deletionProtection: true } : inputs,
        );

        expect(failures).toEqual([]);
      },
    );

    test.each<[string, Properties, Properties, string[]]>([
      ["growing", good, { ...good, size: 200 }, []],
      // A growth that failed leaves its inputs behind: what may shrink, only diff can tell.
      ["going back to a smaller size", good, { ...good, size: 50 }, []],
      ["another type", good, { ...good, type: "SAS" }, ["type"]],
      ["another type that may cost the data", good, { ...good, type: "SAS", allowReplace: true }, []],
      ["another desktop", good, { ...good, desktopId: "desk-2" }, ["desktopId"]],
      ["a desktop that is not known yet", good, { ...good, desktopId: unknownValue }, []],
    ])("%s is judged by the old inputs", async (_name, olds, news, properties) => {
      const { failures } = await provider.check(news, olds);

      expect(failures.map(propertyOf)).toEqual(properties);
    });
  });

  describe("check without settings", () => {
    let bare: FrontProcess;

    beforeAll(async () => {
      // No home of a developer either, whose command-line tool may be logged in.
      bare = await front.start({ HOME: "/nonexistent" });
      await bare.configure();
    });

    afterAll(() => bare.close());

    test("no region and no credentials are told, each with what to set", async () => {
      const { failures } = await bare.check(good);

      expect(failures).toEqual([
        { property: "", reason: expect.stringMatching(/^region is missing.*HW_REGION_NAME/) as unknown },
        { property: "", reason: expect.stringContaining("HW_ACCESS_KEY") as unknown },
      ]);
    });

    test("a region of the resource's own is enough", async () => {
      const { failures } = await bare.check({ ...good, region: "cn-north-4" });

      expect(failures.map(({ property }) => property)).toEqual([""]);
    });
  });

  describe("diff", () => {
    const id = "desk-1/volume-1";
    const state = (): Properties => ({
      ...good,
      volumeId: "volume-1",
      region: emulator.env.HW_REGION_NAME,
      projectId: emulator.env.HW_PROJECT_ID,
      endpoint: emulator.url,
      device: "/dev/sdb",
      stateVersion: 1,
    });
    const same = { changes: false, replaces: [] };
    const inPlace = { changes: true, replaces: [] };

    test.each<[string, Properties, object]>([
      ["the same inputs", {}, same],
      ["naming the region in force", { region: "cn-north-4" }, same],
      [
        "a take-over of the disk that is held",
        { existingVolumeId: "volume-1", deletionProtection: false },
        same,
      ],
      ["growing", { size: 200 }, inPlace],
      ["protecting", { deletionProtection: true }, inPlace],
      ...onlyWithTimeouts<[string, Properties, object]>([
        ["a time-out", { timeouts: { delete: "3s" } }, inPlace],
      ]),
      ["a size that is not known yet", { size: unknownValue }, inPlace],
      ["a desktop that is not known yet", { desktopId: unknownValue }, inPlace],
      [
        "another type that may cost the data",
        { type: "SAS", allowReplace: true },
        { changes: true, replaces: ["type"] },
      ],
      [
        "another desktop that may cost the data",
        { desktopId: "desk-2", allowReplace: true },
        { changes: true, replaces: ["desktopId"] },
      ],
      [
        "another region that may cost the data",
        { region: "cn-east-3", allowReplace: true },
        { changes: true, replaces: expect.arrayContaining(["region"]) as unknown },
      ],
    ])("%s", async (_name, change, difference) => {
      expect(await provider.diff(id, state(), { ...good, ...change })).toMatchObject(difference);
    });

    test.each<[string, Properties, string]>([
      ["shrinking", { size: 50 }, "size: "],
      ["shrinking that may cost the data", { size: 50, allowReplace: true }, "size: "],
      ["another type", { type: "SAS" }, "type: "],
      ["another desktop", { desktopId: "desk-2" }, "desktopId: "],
      ["another region", { region: "cn-east-3" }, "region: "],
      [
        "another disk to take over",
        { existingVolumeId: "volume-2", deletionProtection: true },
        "existingVolumeId: ",
      ],
    ])("%s is refused by the property's name", async (_name, change, text) => {
      await expect(provider.diff(id, state(), { ...good, ...change })).rejects.toThrow(text);
    });

    test("another key is refused, unless it may cost the data", async () => {
      const encrypted = { ...state(), kmsId: "key-1" };
      const news = { ...good, kmsId: "key-2" };

      await expect(provider.diff(id, encrypted, news)).rejects.toThrow("kmsId: ");
      expect(await provider.diff(id, encrypted, { ...news, allowReplace: true })).toMatchObject({
        replaces: ["kmsId"],
      });
    });

    test("protection forbids what allowReplace would allow, before and after", async () => {
      const news = { ...good, type: "SAS", allowReplace: true };

      await expect(
        provider.diff(id, { ...state(), deletionProtection: true }, { ...news, deletionProtection: true }),
      ).rejects.toThrow(/ type: .*deletionProtection/);
      // To take it away in the same run is no way around it.
      await expect(provider.diff(id, { ...state(), deletionProtection: true }, news)).rejects.toThrow(
        / type: .*deletionProtection/,
      );
      await expect(provider.diff(id, state(), { ...news, deletionProtection: true })).rejects.toThrow(
        / type: .*deletionProtection/,
      );
    });

    test.each(["desk-1", "/volume-1", "desk-1/", "a/b/c"])("%s is no id of a disk", async (wrong) => {
      await expect(provider.diff(wrong, state(), good)).rejects.toThrow("<desktopId>/<volumeId>");
    });

    test("a state that a newer version wrote is refused", async () => {
      await expect(provider.diff(id, { ...state(), stateVersion: 3 }, good)).rejects.toThrow("newer version");
    });

    test("an error is told without a stack", async () => {
      await expect(provider.diff(id, state(), { ...good, type: "SAS" })).rejects.toThrow();
      expect(provider.output).not.toMatch(/^\s+at /m);
    });
  });
});
