/** What a preview shows of outputs: what is known, and no more. */
import { type Properties, UNKNOWN } from "../core/host";
import { previewOutputs } from "./preview";

const place = { region: "r", projectId: "p", endpoint: "https://e" };
const facts = { volumeId: "v", device: "/dev/sdb", displayName: "data", createTime: "t" };
const ssd = { type: "SSD", size: 100 };

const one = (olds: Properties, news: Properties) => previewOutputs("DataDiskAttachment", olds, news);
const many = (olds: Properties, news: Properties) => previewOutputs("DesktopDataDisks", olds, news);

test("a new disk: what the service says is not known yet", () => {
  const shown = one({}, { desktopId: "d", ...ssd, region: "r", enterpriseProjectId: "e" });
  expect(shown).toMatchObject({ desktopId: "d", ...ssd, region: "r" });
  for (const name of ["volumeId", "device", "projectId", "endpoint"]) expect(shown[name]).toBe(UNKNOWN);
  expect(shown).not.toHaveProperty("enterpriseProjectId");
});

test("a disk to adopt has its id", () => {
  const shown = one({}, { desktopId: "d", ...ssd, existingVolumeId: "v", deletionProtection: true });
  expect(shown).toMatchObject({ volumeId: "v", device: UNKNOWN });
  expect(shown).not.toHaveProperty("existingVolumeId");
});

test("a disk that stays keeps what is known of it, and nothing is made up", () => {
  const shown = one({ desktopId: "d", ...ssd, ...facts, ...place }, { desktopId: "d", ...ssd, size: 200 });
  expect(shown).toEqual({ desktopId: "d", ...ssd, size: 200, ...facts, ...place });
});

test.each([{ type: "SAS" }, { kmsId: "k" }, { type: UNKNOWN }])(
  "another disk (%p) is not known yet",
  (more) => {
    const shown = one({ desktopId: "d", ...ssd, ...facts, ...place }, { desktopId: "d", ...ssd, ...more });
    expect(shown.volumeId).toBe(UNKNOWN);
  },
);

describe("a set", () => {
  const held = { desktopId: "d", disks: { a: { ...ssd, ...facts } }, volumeIds: { a: "v" }, ...place };

  test("has each disk as it will be, with what is said once for all", () => {
    const news = { desktopId: "d", deletionProtection: true, disks: { a: { ...ssd, size: 200 }, b: ssd } };
    const shown = many(held, news);
    expect(shown).toMatchObject({
      deletionProtection: true,
      disks: {
        a: { ...ssd, size: 200, ...facts, deletionProtection: true },
        b: { ...ssd, volumeId: UNKNOWN, deletionProtection: true },
      },
      volumeIds: { a: "v", b: UNKNOWN },
    });
  });

  test("a name that leaves is not shown", () => {
    expect(many(held, { desktopId: "d", disks: {} })).toMatchObject({ disks: {}, volumeIds: {} });
  });

  test("disks that are not known yet", () => {
    expect(many(held, { desktopId: "d", disks: UNKNOWN })).toMatchObject({
      disks: UNKNOWN,
      volumeIds: UNKNOWN,
    });
    expect(many(held, { desktopId: "d", disks: { a: UNKNOWN } })).toMatchObject({
      disks: { a: UNKNOWN },
      volumeIds: { a: UNKNOWN },
    });
  });
});
