/** docs/reference.md, made from the sources of `sdk/`. */
import { settings } from "../../provider/core/auth/settings";
import { markdownTable } from "../markdown-table";
import { Declarations } from "./declarations";
import type { DocumentedProperty } from "./declarations";

/** The page, from the root of the repository. */
export const referencePage = "docs/reference.md";

const introduction = `<!-- made by "npm run docs:reference" from the comments in sdk/: change those, not this page -->

# Reference

Every input may be a value or an output of another resource. Sizes are in GB, throughput in MiB a second. Import everything from \`pulumi-huaweicloud-workspace\`.

"Refused" means refused at preview, before anything is changed. "In place" keeps the disk and its data. Both resources support the resource option \`customTimeouts\` (\`create\`, \`update\`, \`delete\`) with durations such as \`"90s"\` or \`"1h30m"\`. [How deletion works](deletion.md) says what cannot be undone.`;

/** A resource, with the interfaces of its inputs and of what its outputs hold. */
interface ResourcePart {
  readonly resource: string;
  readonly inputs: string;
  readonly more: readonly { readonly title: string; readonly type: string }[];
  readonly functions: readonly { readonly name: string; readonly more: string }[];
}

const gettingADisk = `The disk is looked up in the region and the project of the settings. The result has the outputs above. If there is no such data disk, preview and \`pulumi up\` fail. Removing the line again, or \`pulumi destroy\`, leaves the disk as it is. The third argument is the options of every Pulumi resource.

\`\`\`ts
import { DataDiskAttachment } from "pulumi-huaweicloud-workspace";

const desktopId = "3ec05f83-b8a3-4c72-857f-b33f55943320";
const volumeId = "6b1f5b0a-3c1d-4d0f-9a37-5e4a3b2c1d01";

const disk = DataDiskAttachment.get("data", \`\${desktopId}/\${volumeId}\`);
export const size = disk.size;
\`\`\``;

const resources: readonly ResourcePart[] = [
  {
    resource: "DataDiskAttachment",
    inputs: "DataDiskAttachmentArgs",
    more: [],
    functions: [{ name: "get", more: gettingADisk }],
  },
  {
    resource: "DesktopDataDisks",
    inputs: "DesktopDataDisksArgs",
    more: [
      { title: "Each disk of the input `disks`", type: "DataDiskArgs" },
      { title: "Each disk of the output `disks`", type: "DataDisk" },
    ],
    functions: [],
  },
];

/** A look-up, with the interfaces of its arguments and of what it gives. */
interface LookupPart {
  readonly name: string;
  readonly many: boolean;
  readonly args: string;
  readonly result: string;
  readonly each?: { readonly title: string; readonly type: string };
}

const lookups: readonly LookupPart[] = [
  {
    name: "getDesktop",
    many: false,
    args: "GetDesktopArgs",
    result: "GetDesktopResult",
    each: { title: "Each of `dataVolumes`", type: "DesktopVolume" },
  },
  { name: "getDesktops", many: true, args: "GetDesktopsArgs", result: "GetDesktopResult" },
  { name: "getVolumeTypes", many: true, args: "GetVolumeTypesArgs", result: "GetVolumeTypesResult" },
];

const lookupIntroduction = `Each look-up returns a promise. Its second form (\`getDesktopOutput\`) takes outputs and returns an output. A look-up times out after two minutes. It uses the settings and credentials of the running stack. In unit tests, \`pulumi.runtime.setMocks\` answers it: the token is \`huaweicloud-workspace:index:getDesktop\`, and so on.`;

const configuration = `Each setting is an environment variable, or a key of the stack (\`pulumi config set huaweicloud-workspace:NAME\`). An access key with its region and project can also be in the shared configuration file. [Credentials](credentials.md) says which source wins, what each setting means and how to keep secrets out of state. The names:`;

function propertyTable(properties: readonly DocumentedProperty[], inputs: boolean): string {
  const rows = properties.map(({ name, type, optional, text }) => [
    `\`${name}\`${inputs && !optional ? " (required)" : ""}`,
    `\`${type.replaceAll("|", "\\|")}\``,
    text.replaceAll("\n\n", " "),
  ]);
  return markdownTable([[inputs ? "input" : "output", "type", "meaning"], ...rows]);
}

/** The whole page as the formatter of this repository wants it. */
export function referenceText(sources = new Declarations()): string {
  const parts: string[] = [introduction];
  for (const { resource, inputs, more, functions } of resources) {
    parts.push(`## ${resource}`, sources.documented(resource).text);
    parts.push(propertyTable(sources.properties(inputs), true));
    parts.push(propertyTable(sources.outputs(resource), false));
    for (const { title, type } of more) {
      parts.push(`${title}:`, propertyTable(sources.properties(type), type.endsWith("Args")));
    }
    for (const { name, more } of functions) {
      parts.push(`### ${resource}.${name}`, sources.documentedFunction(resource, name).text);
      parts.push(propertyTable(sources.parameters(resource, name), true), more);
    }
  }
  parts.push("## Look-ups", lookupIntroduction);
  const shown = new Set<string>();
  for (const { name, many, args, result, each } of lookups) {
    parts.push(`### ${name}`, sources.documented(name).text);
    parts.push(propertyTable(sources.properties(args), true));
    if (shown.has(result)) {
      parts.push("It returns a list of what `getDesktop` returns.");
    } else {
      shown.add(result);
      parts.push(
        many ? "It returns a list of:" : "It returns:",
        propertyTable(sources.properties(result), false),
      );
    }
    if (each !== undefined) {
      parts.push(`${each.title}:`, propertyTable(sources.properties(each.type), false));
    }
  }
  const names = Object.keys(settings).map((name) => `\`${name}\``);
  parts.push("## Configuration", configuration, `${names.join(", ")}.`);
  return `${parts.join("\n\n")}\n`;
}
