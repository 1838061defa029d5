/** The program of docs/official-provider.md, run with Pulumi's mocks: the package of the other provider is not installed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import { repositoryRoot } from "../../scripts/repository";
import { DesktopDataDisks } from "../../sdk";
import { workspace } from "./stand-ins/huaweicloudos-pulumi";

const page = readFileSync(join(repositoryRoot, "docs", "official-provider.md"), "utf8");
const [, program = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
type Class = new (...args: never[]) => pulumi.CustomResource;

/** What the program has made: the resources, and the options that it gave. */
const made: { resource: pulumi.CustomResource; options: pulumi.CustomResourceOptions | undefined }[] = [];

/** The same class, which notes what is made of it. */
const noted = (of: Class): Class =>
  new Proxy(of, {
    construct(target, args: [string, object, pulumi.CustomResourceOptions?], self: Class) {
      const resource = Reflect.construct(target, args, self) as pulumi.CustomResource;
      made.push({ resource, options: args[2] });
      return resource;
    },
  });

const modules: Readonly<Record<string, unknown>> = {
  "@pulumi/pulumi": pulumi,
  "pulumi-huaweicloud-workspace": { DesktopDataDisks: noted(DesktopDataDisks) },
  "@huaweicloudos/pulumi": { workspace: { Desktop: noted(workspace.Desktop) } },
};

/** What the program has asked the engine for, by type. */
const asked = new Map<string, pulumi.runtime.MockResourceArgs>();

beforeAll(async () => {
  const settings = Object.fromEntries(
    ["flavorId", "imageId", "vpcId", "networkId"].map((name) => [`project:${name}`, `the ${name}`]),
  );
  pulumi.runtime.setAllConfig(settings);
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: (args) => {
      asked.set(args.type, args);
      return { id: `id of ${args.name}`, state: args.inputs as object };
    },
  });
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const run = compileFunction(outputText, ["require", "exports"]) as (
    find: (name: string) => unknown,
    exported: object,
  ) => void;
  run((name) => modules[name], {});
  await pulumi.runtime.disconnect();
});

test("the disks are on the desktop of the other provider, and are deleted with it", () => {
  expect([...asked.keys()]).toEqual([
    "huaweicloud:Workspace/desktop:Desktop",
    "pulumi-nodejs:dynamic/huaweicloud-workspace:DesktopDataDisks",
  ]);
  const [, disks] = asked.values();
  expect(disks?.inputs).toMatchObject({ desktopId: "id of team-7" });
  expect(made[1]?.options?.deletedWith).toBe(made[0]?.resource);
});

test("the desktop has no data disks of its own, and ignores those that it gets", () => {
  const [desktop] = asked.values();
  expect(desktop?.inputs).not.toHaveProperty("dataVolumes");
  expect(made[0]?.options?.ignoreChanges).toEqual(["dataVolumes"]);
});
