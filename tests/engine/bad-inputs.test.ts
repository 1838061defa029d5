import { desktopId, failed, openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { diskProgram } from "./disk-program";

jest.setTimeout(240_000);

let cloud: Cloud;

beforeAll(async () => {
  cloud = await openCloud({ project: { program: "" } });
});

afterAll(() => cloud.close());

test.each([
  [
    "nothing that fits",
    { desktop: "", type: undefined, size: 15, iops: 3000 },
    ["desktopId", "type", "size"],
  ],
  [
    "values that do not go together",
    { desktop: "d".repeat(256), type: "GPSSD2", size: 0, iops: 3000, existingVolumeId: "volume-1" },
    ["desktopId", "size", "throughput", "deletionProtection"],
  ],
])("%s is refused at preview by property", async (_what, args, properties) => {
  cloud.stack.writeProgram(diskProgram({ wrong: { args } }));

  const output = failed(await cloud.stack.preview());

  const told = [
    ...output.matchAll(/resource 'wrong'(?:: property (\S+) value \{[^}]*\})? has a problem: (\S+) \w/g),
  ];
  expect(new Set(told.map(([, property, first]) => property ?? first))).toEqual(new Set(properties));
  // The engine's word for a value that is missing, and for one that is no single value.
  expect(output).not.toMatch(/<nil>|map\[/);
  expect(output).not.toMatch(/^\s+at /m);
  expect(cloud.emulator.requests()).toEqual([]);
});

test("a program in which nothing is known yet previews without a complaint", async () => {
  cloud.stack.writeProgram(
    diskProgram(
      { first: {} },
      `new DataDiskAttachment("second", {
         desktopId: ${JSON.stringify(desktopId(1))},
         type: disks.first.type,
         size: disks.first.volumeId.apply(() => 20),
         kmsId: disks.first.volumeId,
       });`,
    ),
  );

  const preview = await cloud.stack.preview({ args: ["--json"] });

  expect(JSON.parse(passed(preview))).toMatchObject({ changeSummary: { create: 3 } });
});
