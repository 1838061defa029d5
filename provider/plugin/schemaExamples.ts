/** The examples of the schema, each as the same program in four languages. The tests compile and run them. */
import type { LookupName } from "../core/lookupSchema";
import type { resources } from "../core/schema";

/** The import path of the Go package; a `replace` in go.mod points to its folder. */
export const goImportPath = "example.com/pulumi-huaweicloud-workspace/sdk/go/huaweicloudworkspace";
/** The generated Node package; `pulumi-huaweicloud-workspace` is the one with the dynamic front. */
export const nodePackageName = "pulumi-huaweicloud-workspace-sdk";
/** The generated Python package. */
export const pythonPackageName = "pulumi_huaweicloud_workspace";

/** One program in each language. `yaml`: without the head of `Pulumi.yaml`. */
export interface Example {
  readonly title: string;
  readonly typescript: string;
  readonly python: string;
  readonly go: string;
  readonly yaml: string;
}

export type Examples = readonly Example[];

/** The languages of every example. */
export const languages = ["typescript", "python", "go", "yaml"] as const;

const typescript = (body: string) => `import * as workspace from "${nodePackageName}";\n\n${body.trim()}\n`;

const python = (body: string) =>
  `import pulumi\nimport ${pythonPackageName} as workspace\n\n${body.trim()}\n`;

/** The code inside the function that `pulumi.Run` calls. */
const go = (body: string) => `package main

import (
	workspace "${goImportPath}"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
${body
  .trim()
  .split("\n")
  .map((line) => (line === "" ? "" : `\t\t${line}`))
  .join("\n")}
		return nil
	})
}
`;

const desktopId = "3ec05f83-b8a3-4c72-857f-b33f55943320";

const oneDisk: Example = {
  title: "One protected disk",
  typescript: typescript(`
const data = new workspace.DataDiskAttachment(
  "data",
  { desktopId: "${desktopId}", type: "SSD", size: 100, deletionProtection: true },
  { protect: true },
);
export const device = data.device;`),
  python: python(`
data = workspace.DataDiskAttachment(
    "data",
    desktop_id="${desktopId}",
    type="SSD",
    size=100,
    deletion_protection=True,
    opts=pulumi.ResourceOptions(protect=True),
)
pulumi.export("device", data.device)`),
  go: go(`
data, err := workspace.NewDataDiskAttachment(ctx, "data", &workspace.DataDiskAttachmentArgs{
	DesktopId:          pulumi.String("${desktopId}"),
	Type:               pulumi.String("SSD"),
	Size:               pulumi.Int(100),
	DeletionProtection: pulumi.Bool(true),
}, pulumi.Protect(true))
if err != nil {
	return err
}
ctx.Export("device", data.Device)`),
  yaml: `resources:
  data:
    type: huaweicloud-workspace:DataDiskAttachment
    properties:
      desktopId: ${desktopId}
      type: SSD
      size: 100
      deletionProtection: true
    options:
      protect: true
outputs:
  device: \${data.device}
`,
};

const adopted: Example = {
  title: "Adopting the disks that a desktop has",
  typescript: typescript(`
const found = workspace.getDataDisksOutput({ computerName: "desktop-1" });
new workspace.DataDiskAttachment("data", {
  desktopId: "${desktopId}",
  type: "SSD",
  size: 100,
  existingVolumeId: found.dataDisks[0].volumeId,
  deletionPolicy: "retain",
});`),
  python: python(`
found = workspace.get_data_disks_output(computer_name="desktop-1")
workspace.DataDiskAttachment(
    "data",
    desktop_id="${desktopId}",
    type="SSD",
    size=100,
    existing_volume_id=found.data_disks[0].volume_id,
    deletion_policy=workspace.DeletionPolicy.RETAIN,
)
pulumi.export("count", found.data_disks.apply(len))`),
  go: go(`
name := "desktop-1"
found, err := workspace.GetDataDisks(ctx, &workspace.GetDataDisksArgs{ComputerName: &name})
if err != nil {
	return err
}
_, err = workspace.NewDataDiskAttachment(ctx, "data", &workspace.DataDiskAttachmentArgs{
	DesktopId:        pulumi.String("${desktopId}"),
	Type:             pulumi.String("SSD"),
	Size:             pulumi.Int(100),
	ExistingVolumeId: pulumi.String(found.DataDisks[0].VolumeId),
	DeletionPolicy:   workspace.DeletionPolicyRetain,
})
if err != nil {
	return err
}`),
  yaml: `variables:
  found:
    fn::invoke:
      function: huaweicloud-workspace:getDataDisks
      arguments:
        computerName: desktop-1
resources:
  data:
    type: huaweicloud-workspace:DataDiskAttachment
    properties:
      desktopId: ${desktopId}
      type: SSD
      size: 100
      existingVolumeId: \${found.dataDisks[0].volumeId}
      deletionPolicy: retain
`,
};

const set: Example = {
  title: "All disks of a desktop as one resource",
  typescript: typescript(`
const team = new workspace.DesktopDataDisks("team-7", {
  desktopId: "${desktopId}",
  disks: {
    data: { type: "SSD", size: 100, deletionPolicy: "retain" },
    scratch: { type: "SAS", size: 500, deletionPolicy: "delete" },
  },
});
export const volumeIds = team.volumeIds;`),
  python: python(`
team = workspace.DesktopDataDisks(
    "team-7",
    desktop_id="${desktopId}",
    disks={
        "data": workspace.DataDiskArgs(
            type="SSD", size=100, deletion_policy=workspace.DeletionPolicy.RETAIN
        ),
        "scratch": workspace.DataDiskArgs(
            type="SAS", size=500, deletion_policy=workspace.DeletionPolicy.DELETE
        ),
    },
)
pulumi.export("volumeIds", team.volume_ids)`),
  go: go(`
team, err := workspace.NewDesktopDataDisks(ctx, "team-7", &workspace.DesktopDataDisksArgs{
	DesktopId: pulumi.String("${desktopId}"),
	Disks: workspace.DataDiskMap{
		"data": &workspace.DataDiskArgs{
			Type:           pulumi.String("SSD"),
			Size:           pulumi.Int(100),
			DeletionPolicy: workspace.DeletionPolicyRetain,
		},
		"scratch": &workspace.DataDiskArgs{
			Type:           pulumi.String("SAS"),
			Size:           pulumi.Int(500),
			DeletionPolicy: workspace.DeletionPolicyDelete,
		},
	},
})
if err != nil {
	return err
}
ctx.Export("volumeIds", team.VolumeIds)`),
  yaml: `resources:
  team-7:
    type: huaweicloud-workspace:DesktopDataDisks
    properties:
      desktopId: ${desktopId}
      disks:
        data:
          type: SSD
          size: 100
          deletionPolicy: retain
        scratch:
          type: SAS
          size: 500
          deletionPolicy: delete
outputs:
  volumeIds: \${["team-7"].volumeIds}
`,
};

/** A look-up whose result is exported: all that differs between the look-ups are names. */
function lookupExample(
  title: string,
  name: LookupName,
  argument: readonly [name: string, value: string] | undefined,
  result: string,
): Example {
  const snake = (camel: string) => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const pascal = (camel: string) => camel.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  const [key, value] = argument ?? [];
  const given = key === undefined ? undefined : `"${value ?? ""}"`;
  const goField = key === undefined ? "" : `${pascal(key)}: &${key}`;
  return {
    title,
    typescript: typescript(`
const found = workspace.${name}Output(${key === undefined ? "" : `{ ${key}: ${given ?? ""} }`});
export const ${result} = found.${result};`),
    python: python(`
found = workspace.${snake(name)}_output(${key === undefined ? "" : `${snake(key)}=${given ?? ""}`})
pulumi.export("${result}", found.${snake(result)})`),
    go: go(`
${key === undefined ? "" : `${key} := ${given ?? ""}\n`}found, err := workspace.${pascal(name)}(ctx, &workspace.${pascal(name)}Args{${goField}})
if err != nil {
	return err
}
ctx.Export("${result}", pulumi.ToOutput(found.${pascal(result)}))`),
    yaml: `variables:
  found:
    fn::invoke:
      function: huaweicloud-workspace:${name}
      arguments:${key === undefined ? " {}" : `\n        ${key}: ${value ?? ""}`}
outputs:
  ${result}: \${found.${result}}
`,
  };
}

/** The examples of each kind of resource. */
export const resourceExamples: Readonly<Record<keyof typeof resources, Examples>> = {
  DataDiskAttachment: [oneDisk, adopted],
  DesktopDataDisks: [set],
};

/** The examples of each look-up. */
export const functionExamples: Readonly<Record<LookupName, Examples>> = {
  getDesktop: [
    lookupExample("A desktop by its name", "getDesktop", ["computerName", "desktop-1"], "dataVolumes"),
  ],
  getDesktops: [
    lookupExample("Desktops by their names", "getDesktops", ["namePrefix", "desktop-"], "desktops"),
  ],
  getVolumeTypes: [lookupExample("All disk types", "getVolumeTypes", undefined, "volumeTypes")],
  getDataDisks: [
    lookupExample("The disks of a desktop", "getDataDisks", ["computerName", "desktop-1"], "dataDisks"),
  ],
};

/** A description with its examples, in the form that Pulumi's generators and its registry read. */
export function withExamples(description: string, examples: Examples): string {
  const shown = examples.map((example) => {
    const programs = languages.map((language) => `\`\`\`${language}\n${example[language]}\`\`\``);
    return `{{% example %}}\n### ${example.title}\n\n${programs.join("\n")}\n\n{{% /example %}}`;
  });
  return `${description}\n\n{{% examples %}}\n## Example Usage\n${shown.join("\n")}\n{{% /examples %}}\n`;
}
