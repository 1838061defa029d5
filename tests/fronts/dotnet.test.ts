/** The package for .NET. It is not compiled: these tests read its sources. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { settings } from "../../provider/core/auth/settings";
import { lookups } from "../../provider/core/lookupSchema";
import { diskProperties, resources } from "../../provider/core/schema";
import { sdkFolder } from "../../scripts/sdks";
import { describeNightly } from "../nightly";
import { assertSdk } from "./plugin";

const source = (file: string): string => readFileSync(join(sdkFolder("dotnet"), file), "utf8");

/** The names in these attributes of a source: those that the engine gets and sends. */
function names(file: string, attribute: "Input" | "Output"): string[] {
  const found = source(file).matchAll(new RegExp(`\\[${attribute}\\("(\\w+)"`, "g"));
  return [...found].map(([, name = ""]) => name).sort();
}

describeNightly("the package for .NET", () => {
  beforeAll(() => {
    assertSdk("dotnet");
  });

  test.each(Object.entries(resources))("has %s with its inputs and outputs", (kind, { inputs, outputs }) => {
    expect(source(`${kind}.cs`)).toContain(`class ${kind} : global::Pulumi.CustomResource`);
    expect(names(`${kind}.cs`, "Input")).toEqual(Object.keys(inputs).sort());
    expect(names(`${kind}.cs`, "Output")).toEqual(Object.keys(outputs).sort());
  });

  test.each(Object.entries(lookups))("has %s with its arguments", (name, { inputs }) => {
    const type = `G${name.slice(1)}`;
    expect(source(`${type}.cs`)).toContain(`static class ${type}`);
    // One class for plain arguments, one for those that may be outputs.
    const twice = Object.keys(inputs).flatMap((input) => [input, input]);
    expect(names(`${type}.cs`, "Input")).toEqual(twice.sort());
  });

  test("has the provider with its settings, and the disks of a set", () => {
    expect(source("Provider.cs")).toContain("class Provider : global::Pulumi.ProviderResource");
    expect(names("Provider.cs", "Input")).toEqual(Object.keys(settings).sort());
    expect(names("Inputs/DataDiskArgs.cs", "Input")).toEqual(Object.keys(diskProperties).sort());
  });

  test("has a project, which names no address of this machine", () => {
    const project = source("Pulumi.HuaweicloudWorkspace.csproj");
    expect(project).toContain('<PackageReference Include="Pulumi"');
    expect(project).not.toContain("127.0.0.1");
  });
});
