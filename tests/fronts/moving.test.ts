/** A stack moves from the dynamic front to the plugin and back, as docs/fronts.md says: by alias, without a call. */
import { nodePackage } from "../../scripts/sdks";
import { type Cloud, desktopId, diskType, failed, openCloud, passed } from "../engine/cloud";
import { describeNightly } from "../nightly";
import type { ProgramFiles } from "../engine/project";
import { assertSdk, pluginEnvironment } from "./plugin";

jest.setTimeout(600_000);

const pluginType = "huaweicloud-workspace:index:DataDiskAttachment";
const unchanged = { args: ["--expect-no-changes"] };

const manifest = JSON.stringify({ private: true, main: "index.js" });
const dynamic = (alias: string, size: number) => ({
  "Pulumi.yaml": "name: engine-test\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  "package.json": manifest,
  "index.js": `
const { DataDiskAttachment, DesktopDataDisks } = require("pulumi-huaweicloud-workspace");
const options = (kind) => (${JSON.stringify(alias)} === "" ? {} : { aliases: [{ type: ${JSON.stringify(alias)} + kind }] });
for (const [name, size] of [["one", ${String(size)}], ["two", 20]]) {
  const args = { desktopId: "${desktopId(1)}", type: "SSD", size };
  new DataDiskAttachment(name, args, { ...options("DataDiskAttachment"), customTimeouts: { create: "20m" } });
}
const disks = { data: { type: "SAS", size: 30, deletionProtection: true }, scratch: { type: "SAS", size: 40 } };
new DesktopDataDisks("team", { desktopId: "${desktopId(2)}", disks }, { ...options("DesktopDataDisks"), protect: false });
`,
});

const one = (name: string, size: number) => `  ${name}:
    type: huaweicloud-workspace:DataDiskAttachment
    properties: { desktopId: ${desktopId(1)}, type: SSD, size: ${String(size)} }
    options: { customTimeouts: { create: 20m } }
`;
const yaml = (size: number) => ({
  "Pulumi.yaml": `name: engine-test
runtime: yaml
resources:
${one("one", size)}${one("two", 20)}  team:
    type: huaweicloud-workspace:DesktopDataDisks
    properties:
      desktopId: ${desktopId(2)}
      disks:
        data: { type: SAS, size: 30, deletionProtection: true }
        scratch: { type: SAS, size: 40 }
`,
});

/** The program of the dynamic front with the generated classes: only the import differs. */
const generated = (size: number) => {
  const program = dynamic("", size);
  const main = program["index.js"].replace('"pulumi-huaweicloud-workspace"', JSON.stringify(nodePackage));
  return { ...program, "index.js": main };
};

describe("with YAML", () => {
  move(yaml);
});

describeNightly("with the generated Node package", () => {
  move(generated);
});

/** There and back, in this order. */
function move(plugin: (size: number) => ProgramFiles): void {
  let cloud: Cloud;

  beforeAll(async () => {
    assertSdk("nodejs");
    cloud = await openCloud({ project: { program: dynamic("", 10) }, env: pluginEnvironment() });
    passed(await cloud.stack.up());
  });

  beforeEach(() => {
    cloud.forget();
  });

  afterAll(() => cloud.close());

  async function typesInState(): Promise<string[]> {
    const { deployment } = await cloud.stack.exportState();
    return (deployment.resources ?? [])
      .filter(({ id, urn }) => id && !urn.includes("providers"))
      .map(({ type }) => type);
  }

  test("to the plugin: no change, no call to the service, and the plugin's types in state", async () => {
    const before = cloud.volumes();
    cloud.stack.writeProgram(plugin(10));
    passed(await cloud.stack.up(unchanged));

    expect(cloud.writes()).toEqual([]);
    expect(cloud.volumes()).toEqual(before);
    expect(await typesInState()).toEqual(expect.arrayContaining([pluginType]));
    expect(await typesInState()).not.toContain(diskType);
    passed(await cloud.stack.refresh());
    passed(await cloud.stack.preview(unchanged));
  });

  test("a disk grows under the plugin, and the stack goes back", async () => {
    cloud.stack.writeProgram(plugin(50));
    passed(await cloud.stack.up());
    expect(cloud.writes()).toHaveLength(1);
    cloud.forget();

    cloud.stack.writeProgram(dynamic("huaweicloud-workspace:index:", 50));
    // State gets the line that loads the provider, and the dynamic front keeps `customTimeouts` as an input.
    const preview = passed(await cloud.stack.preview());
    const differences = preview.match(/\[diff: .*\]/g) ?? [];
    expect(new Set(differences)).toEqual(new Set(["[diff: +timeouts~provider]", "[diff: ~provider]"]));
    passed(await cloud.stack.up());

    expect(cloud.writes()).toEqual([]);
    expect(await typesInState()).toEqual(expect.arrayContaining([diskType]));
    expect(await typesInState()).not.toContain(pluginType);
    passed(await cloud.stack.refresh());
    passed(await cloud.stack.preview(unchanged));
    expect(failed(await cloud.stack.destroy({ args: ["--continue-on-error"] }))).toContain("HWD1105");
    expect(cloud.volumes(1)).toEqual([]);
  });
}
