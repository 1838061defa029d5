/** Each example runs as it is: quickstart, ephemeral-environment, gitops and those of the plugin (tests/fronts) in files of their own. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { desktopId, failed, openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { startCommand } from "./command";
import { disksOf } from "./disks-program";
import { exampleFolder, exampleNames, openExample } from "./example";

jest.setTimeout(240_000);

const clean = { args: ["--expect-no-changes"] };

let cloud: Cloud;

describe("all examples", () => {
  test("there is a test for each of them", () => {
    const elsewhere = ["ephemeral-environment", "gitops", "go", "python", "quickstart", "yaml"];
    const here = ["adopt", "desktop-disks", "fleet", "grow-and-protect", "javascript", "unit-tests"];
    expect(exampleNames().sort()).toEqual([...here, ...elsewhere].sort());
  });

  test.each(exampleNames())("%s is explained, and listed in the README", (name) => {
    const readme = readFileSync(join(repositoryRoot, "README.md"), "utf8");
    const listed = [...readme.matchAll(/^\|.*\]\(examples\/([\w-]+)\)/gm)].map((match) => match[1]);
    expect(listed).toContain(name);
    expect(readdirSync(exampleFolder(name))).toContain("README.md");
  });
});

// The tests of each example are one stack's life, in this order.

describe("desktop-disks", () => {
  beforeAll(async () => {
    cloud = await openExample("desktop-disks", { config: { desktopId: desktopId(1) } });
  });

  afterAll(() => cloud.close());

  test("both disks are added by one call, and their devices are told", async () => {
    passed(await cloud.stack.up({ previewed: true }));

    expect(cloud.calls()).toMatchObject({ add: 1 });
    expect(cloud.volumes(1)).toHaveLength(2);
    const devices = Object.fromEntries(cloud.volumes(1).map(({ volume_id: id, device }) => [id, device]));
    const { data = "", scratch = "" } = disksOf(await cloud.stack.exportState(), "team");
    expect(await cloud.stack.outputs()).toEqual({
      devices: { data: devices[data], scratch: devices[scratch] },
    });
    passed(await cloud.stack.preview(clean));
  });

  test("the protected one keeps both from a destroy", async () => {
    expect(failed(await cloud.stack.destroy())).toMatch(
      /::team" cannot be deleted\s+because it is protected/,
    );
    expect(cloud.volumes(1)).toHaveLength(2);
  });
});

describe("fleet", () => {
  const tag = (desktop: number, ...values: string[]): void => {
    const tags = values.map((value) => ({ key: "team", value }));
    cloud.emulator.addDesktops([{ desktop_id: desktopId(desktop), tags }]);
  };
  const held = () => [1, 2, 3].map((desktop) => cloud.volumes(desktop).length);

  beforeAll(async () => {
    cloud = await openExample("fleet", { desktops: 3, config: { tags: { team: "design" } } });
  });

  afterAll(() => cloud.close());

  test("no desktop with the tag is an error", async () => {
    tag(3, "build");
    // Node 20 and 22 take a minute to show a stack with Pulumi's frames: `util.inspect` finds no end of their paths.
    const short = { NODE_OPTIONS: "--stack-trace-limit=1" };
    expect(failed(await cloud.stack.preview({ env: short }))).toContain(
      'no desktop has the tags {"team":"design"}',
    );
  });

  test("every desktop with the tag gets its disks by one call, and no other one", async () => {
    tag(1, "design");
    tag(2, "design");
    passed(await cloud.stack.up());

    expect(held()).toEqual([2, 2, 0]);
    expect(cloud.calls()).toMatchObject({ add: 2 });
    passed(await cloud.stack.preview(clean));
  });

  test("a desktop that loses its tag fails the run and keeps its disks, others get theirs", async () => {
    tag(2);
    tag(3, "design");
    const output = failed(await cloud.stack.up({ args: ["--continue-on-error"] }));

    expect(output).toContain(`::${desktopId(2)}" cannot be deleted`);
    expect(held()).toEqual([2, 2, 2]);
    expect(cloud.calls()).not.toHaveProperty("batch-delete");
  });
});

describe("grow-and-protect", () => {
  const config = { desktopId: desktopId(1), buildDesktopId: desktopId(2) };

  beforeAll(async () => {
    cloud = await openExample("grow-and-protect", { config });
  });

  afterAll(() => cloud.close());

  test("three disks, and an hour for each thing that is done with the first", async () => {
    passed(await cloud.stack.up());

    expect([cloud.volumes(1).length, cloud.volumes(2).length]).toEqual([2, 1]);
    const { data } = await cloud.disks();
    expect(data?.inputs).toMatchObject({ timeouts: { create: "60m", update: "60m", delete: "60m" } });
    passed(await cloud.stack.preview(clean));
  });

  test("the first one grows by one call, and does not shrink", async () => {
    cloud.forget();
    await cloud.stack.setConfig({ ...config, dataSize: 200 });
    passed(await cloud.stack.up());

    const { data } = await cloud.disks();
    const grown = cloud.volumes(1).find(({ volume_id: id }) => id === data?.outputs?.volumeId);
    expect(grown).toMatchObject({ size: 200 });
    expect(cloud.writes()).toHaveLength(1);

    await cloud.stack.setConfig({ ...config, dataSize: 100 });
    expect(failed(await cloud.stack.preview())).toMatch(/shrink|smaller/);
  });

  test("a destroy takes the others out of the stack and deletes no disk", async () => {
    const before = cloud.volumes();
    cloud.forget();

    const output = failed(await cloud.stack.destroy({ args: ["--continue-on-error"] }));

    expect(output).toMatch(/::data" cannot be deleted\s+because it is protected/);
    expect(Object.keys(await cloud.disks())).toEqual(["data"]);
    expect(cloud.writes()).toEqual([]);
    expect(cloud.volumes()).toHaveLength(before.length);
  });
});

describe("adopt", () => {
  const config = {
    desktopId: desktopId(1),
    volumeId: "by-hand",
    teamDesktopId: desktopId(2),
    projectsVolumeId: "projects-of-old",
    scratchVolumeId: "scratch-of-old",
  };

  beforeAll(async () => {
    cloud = await openExample("adopt", { config });
    cloud.addBehindItsBack(1, { volume_id: "by-hand", type: "SSD", size: 100 });
    cloud.addBehindItsBack(2, { volume_id: "projects-of-old", type: "SSD", size: 200 });
    cloud.addBehindItsBack(2, { volume_id: "scratch-of-old", type: "SAS", size: 50 });
    cloud.addBehindItsBack(2, { volume_id: "of-somebody-else", type: "SAS", size: 50 });
  });

  afterAll(() => cloud.close());

  test("each disk is adopted as it is; nothing is added and nothing changed", async () => {
    passed(await cloud.stack.up());

    expect(await cloud.stack.outputs()).toEqual({
      volumeIds: { data: "by-hand", team: { projects: "projects-of-old", scratch: "scratch-of-old" } },
    });
    passed(await cloud.stack.preview(clean));
    expect(cloud.writes()).toEqual([]);
  });

  test("a destroy deletes none of them", async () => {
    const output = failed(await cloud.stack.destroy({ args: ["--continue-on-error"] }));

    expect(output).toMatch(/::data" cannot be deleted\s+because it is protected/);
    expect(output).toMatch(/::team" cannot be deleted\s+because it is protected/);
    expect(cloud.writes()).toEqual([]);
    expect(cloud.volumes()).toHaveLength(4);
  });
});

describe("javascript", () => {
  const files = (type: string, main: string): Record<string, string> => {
    const folder = exampleFolder("javascript");
    const read = (file: string): string => readFileSync(join(folder, file), "utf8");
    const manifest = { ...(JSON.parse(read("package.json")) as object), type, main };
    return {
      ...Object.fromEntries(["Pulumi.yaml", "index.js", "index.mjs"].map((file) => [file, read(file)])),
      "package.json": JSON.stringify(manifest),
    };
  };

  beforeAll(async () => {
    const project = { program: files("module", "index.mjs") };
    cloud = await openCloud({ project, config: { desktopId: desktopId(1) } });
  });

  afterAll(() => cloud.close());

  test("the ES module adds its disk", async () => {
    passed(await cloud.stack.up());

    const [volume, ...more] = cloud.volumes();
    expect(await cloud.stack.outputs()).toEqual({ volumeId: volume?.volume_id });
    expect(more).toEqual([]);
  });

  test("the CommonJS module is the same program, and a destroy leaves nothing", async () => {
    cloud.stack.writeProgram(files("commonjs", "index.js"));
    passed(await cloud.stack.preview(clean));
    passed(await cloud.stack.destroy());

    expect(cloud.calls()).toMatchObject({ add: 1, "batch-delete": 1 });
    expect(cloud.volumes()).toEqual([]);
  });
});

describe("unit-tests", () => {
  test("they pass, without engine and cloud", async () => {
    const options = { cwd: exampleFolder("unit-tests"), env: process.env, timeout: 60_000 };
    expect(passed(await startCommand("npm", ["test", "--silent"], options).result)).toMatch(/^# pass 2$/m);
  });

  test("the program is one that runs", async () => {
    cloud = await openExample("unit-tests", { config: { stage: "production" } });
    try {
      const tags = [{ key: "stage", value: "production" }];
      cloud.emulator.addDesktops([{ desktop_id: desktopId(1), tags }]);
      expect(passed(await cloud.stack.preview())).toMatch(/DesktopDataDisks d0000000-\S+1 create/);
    } finally {
      await cloud.close();
    }
  });
});
