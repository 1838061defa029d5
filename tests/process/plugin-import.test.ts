/** `pulumi import`, as the plugin process has it: reads by the id alone, and the differences after them. */
import { pluginDesktops } from "./plugin-desktops";

jest.setTimeout(60_000);

const on = pluginDesktops();

describe("import", () => {
  const existing = () => [
    { volume_id: `data-a-${on.used}`, type: "SSD", size: 100 },
    { volume_id: `data-b-${on.used}`, type: "GPSSD2", size: 20, iops: 3000, throughput: 125 },
  ];
  beforeEach(() => {
    on.emulator.addDesktops([{ desktop_id: on.desktop, data_volumes: existing() }]);
  });

  test("of one disk: protected, with inputs that pass and show no difference", async () => {
    const id = `${on.desktop}/data-b-${on.used}`;
    const found = await on.plugin.import(id);
    expect(found.id).toBe(id);
    expect(found.inputs).toEqual({
      desktopId: on.desktop,
      type: "GPSSD2",
      size: 20,
      iops: 3000,
      throughput: 125,
      deletionProtection: true,
    });
    expect(found.outs).toMatchObject({
      volumeId: `data-b-${on.used}`,
      deletionProtection: true,
      stateVersion: 2,
    });
    expect(found.outs.ownershipId).toMatch(/^[0-9a-f-]{36}$/);
    const news = found.inputs ?? {};
    expect(await on.plugin.check(news, news)).toEqual({ inputs: news, failures: [] });
    expect(await on.plugin.diff(id, found.outs, news)).toMatchObject({ changes: false });
    await expect(on.plugin.delete(id, found.outs)).rejects.toThrow("deletionProtection");
    expect(await on.plugin.diff(id, found.outs, { ...news, deletionProtection: false })).toMatchObject({
      changes: true,
      detailed: { deletionProtection: "UPDATE" },
    });
  });

  test("into a program that differs from the disk is refused, property by property; protection may be taken off", async () => {
    const id = `${on.desktop}/data-a-${on.used}`;
    const found = await on.plugin.import(id);
    const news = found.inputs ?? {};
    const differing = { desktopId: on.desktop, size: 120, type: "SAS" };
    await expect(on.plugin.diff(id, found.outs, differing)).rejects.toThrow(
      /^Importing data disks .* is refused:\s+- type: is "SAS", and disk \S+ has "SSD".*\n- size: is 120, .* has 100.*\n- deletionProtection: is not set[^]*\[HWD1111\]$/,
    );
    await expect(on.plugin.diff(id, found.outs, { ...news, desktopId: "other" })).rejects.toThrow(
      /desktopId: is other, and the id to import is on desktop/,
    );
    expect(await on.plugin.diff(id, found.outs, { ...news, deletionProtection: false })).toMatchObject({
      changes: true,
    });
  });

  test("of a set whose program names other disks is refused", async () => {
    const found = await on.plugin.import(on.desktop, "DesktopDataDisks");
    const news = { ...found.inputs, disks: { mine: { type: "SSD", size: 100 } } };
    await expect(on.plugin.diff(on.desktop, found.outs, news, "DesktopDataDisks")).rejects.toThrow(
      /disks.mine: is not a disk of the desktop.*[^]*is missing: the import takes disk/,
    );
  });

  test("of all disks of a desktop, by names of their own", async () => {
    const kind = "DesktopDataDisks";
    const found = await on.plugin.import(on.desktop, kind);
    const news = found.inputs ?? {};
    expect(found.id).toBe(on.desktop);
    expect(Object.values(news.disks ?? {})).toEqual([
      { type: "SSD", size: 100 },
      { type: "GPSSD2", size: 20, iops: 3000, throughput: 125 },
    ]);
    expect(news).toMatchObject({ desktopId: on.desktop, deletionProtection: true });
    expect(await on.plugin.check(news, news, kind)).toEqual({ inputs: news, failures: [] });
    expect(await on.plugin.diff(on.desktop, found.outs, news, kind)).toMatchObject({ changes: false });
    await expect(on.plugin.delete(on.desktop, found.outs, kind)).rejects.toThrow("deletionProtection");
  });

  test.each<[string, () => [string, "DataDiskAttachment" | "DesktopDataDisks"], RegExp]>([
    [
      "a disk that is not there",
      () => [`${on.desktop}/nothing`, "DataDiskAttachment"],
      /no such data disk.*\[HWD1704\]$/,
    ],
    [
      "a desktop that is not there",
      () => ["nowhere", "DesktopDataDisks"],
      /there is no desktop nowhere in project .*getDesktop.*\[HWD1701\]$/,
    ],
    [
      "an id without a disk",
      () => [on.desktop, "DataDiskAttachment"],
      /<desktopId>\/<volumeId>.*\[HWD1803\]$/,
    ],
    [
      "an id with a disk",
      () => [`${on.desktop}/data-a-${on.used}`, "DesktopDataDisks"],
      /not an id of a desktop.*\[HWD1803\]$/,
    ],
    [
      "the system disk",
      () => [
        `${on.desktop}/${on.emulator.desktops().find(({ desktop_id: id }) => id === on.desktop)?.root_volume.volume_id ?? ""}`,
        "DataDiskAttachment",
      ],
      /system disk.*\[HWD1705\]$/,
    ],
  ])("of %s is refused", async (_what, which, text) => {
    const [id, kind] = which();
    await expect(on.plugin.import(id, kind)).rejects.toThrow(text);
    expect(on.writes()).toEqual([]);
  });
});
