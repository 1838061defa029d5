/** docs/reference.md, made from the tables of the core. */
import { settings } from "../../provider/core/auth/settings";
import {
  desktopOutputs,
  desktopVolumeOutputs,
  type LookupName,
  lookups,
  type LookupSpec,
} from "../../provider/core/lookupSchema";
import { resources } from "../../provider/core/schema";
import { markdownTable } from "../markdown-table";
import { Declarations } from "./declarations";
import { shownProperties, type ShownProperty, type TypeSource, typeSources } from "./tables";

/** The page, from the root of the repository. */
export const referencePage = "docs/reference.md";

const introduction = `<!-- made by "npm run docs:reference" from provider/core/schema.ts: change that, not this page -->

# Reference

Names and meanings are the same in every language and in [both fronts](fronts.md); Python writes them as \`deletion_protection\`, Go as \`DeletionProtection\`. Types are those of TypeScript. Every input may be a value or an output of another resource. With the dynamic front, import everything from \`pulumi-huaweicloud-workspace\`.

"Refused" means refused at preview, before anything is changed. "In place" keeps the disk and its data. In the classes of the dynamic front, \`deletionProtection: true\` also sets Pulumi's own option \`protect\`, unless the program sets that; with the plugin, set both. Both resources support the resource option \`customTimeouts\` (\`create\`, \`update\`, \`delete\`) with durations such as \`"90s"\` or \`"1h30m"\`. [How deletion works](deletion.md) says what cannot be undone.`;

const gettingADisk = `The disk is looked up in the region and the project of the settings. The result has the outputs above. If there is no such data disk, preview and \`pulumi up\` fail. Removing the line again, or \`pulumi destroy\`, leaves the disk as it is. The third argument is the options of every Pulumi resource.

\`\`\`ts
import { DataDiskAttachment } from "pulumi-huaweicloud-workspace";

const desktopId = "3ec05f83-b8a3-4c72-857f-b33f55943320";
const volumeId = "6b1f5b0a-3c1d-4d0f-9a37-5e4a3b2c1d01";

const disk = DataDiskAttachment.get("data", \`\${desktopId}/\${volumeId}\`);
export const size = disk.size;
\`\`\``;

/** What is said of both resources besides their tables. */
const timeouts =
  "The resource option `customTimeouts` is honoured. The default is 30 minutes for each operation: queueing, calls and waiting together.";

/** Objects inside of inputs and outputs, each explained once, where it comes first. */
const objects: Readonly<Record<string, keyof typeof typeSources>> = {
  "Each disk of the input `disks`": "DataDiskArgs",
  "Each disk of the output `disks`": "DataDisk",
};

const lookupIntroduction = `With the plugin, a look-up of several returns an object with the list: \`desktops\`, \`volumeTypes\` or \`dataDisks\`. With the dynamic front, each look-up returns a promise, and the list itself. Its second form (\`getDesktopOutput\`) takes outputs and returns an output. A look-up times out after two minutes. It uses the settings and credentials of the running stack. In unit tests, \`pulumi.runtime.setMocks\` answers it: the token is \`huaweicloud-workspace:index:getDesktop\`, and so on.`;

const configuration = `Each setting is an environment variable, or a key of the stack (\`pulumi config set huaweicloud-workspace:NAME\`). An access key with its region and project can also be in the shared configuration file. [Credentials](credentials.md) says which source wins, what each setting means and how to keep secrets out of state. The names:`;

function propertyTable(properties: readonly ShownProperty[], inputs: boolean): string {
  const rows = properties.map(({ name, type, optional, text }) => [
    `\`${name}\`${inputs && !optional ? " (required)" : ""}`,
    `\`${type.replaceAll("|", "\\|")}\``,
    text.replaceAll("\n\n", " "),
  ]);
  return markdownTable([[inputs ? "input" : "output", "type", "meaning"], ...rows]);
}

function resourceParts(kind: keyof typeof resources): string[] {
  const { description, inputs, outputs } = resources[kind];
  const parts = [`## ${kind}`, description, timeouts];
  parts.push(propertyTable(shownProperties(inputs), true), propertyTable(shownProperties(outputs), false));
  return parts;
}

function lookupParts(name: LookupName): string[] {
  const { description, inputs, result }: LookupSpec = lookups[name];
  const parts = [`### ${name}`, description, propertyTable(shownProperties(inputs), true)];
  if ("one" in result) {
    parts.push("It returns:", propertyTable(shownProperties(result.one), false));
  } else if (result.many === desktopOutputs) {
    parts.push("It returns a list of what `getDesktop` returns.");
  } else if (result.many === desktopVolumeOutputs) {
    parts.push("It returns the list that `getDesktop` returns as `dataVolumes`.");
  } else {
    parts.push("It returns a list of:", propertyTable(shownProperties(result.many), false));
  }
  if (name === "getDesktop") {
    parts.push("Each of `dataVolumes`:", propertyTable(shownProperties(desktopVolumeOutputs), false));
  }
  return parts;
}

/** The whole page as the formatter of this repository wants it. */
export function referenceText(sources = new Declarations()): string {
  const get = ["DataDiskAttachment", "get"] as const;
  const parts = [introduction, ...resourceParts("DataDiskAttachment")];
  parts.push("### DataDiskAttachment.get", sources.documentedFunction(...get).text);
  parts.push(propertyTable(sources.parameters(...get), true), gettingADisk);
  parts.push(...resourceParts("DesktopDataDisks"));
  for (const [title, name] of Object.entries(objects)) {
    const { table, inputs }: TypeSource = typeSources[name];
    parts.push(`${title}:`, propertyTable(shownProperties(table), inputs === true));
  }
  parts.push("## Look-ups", lookupIntroduction);
  parts.push(...(Object.keys(lookups) as LookupName[]).flatMap(lookupParts));
  const names = Object.keys(settings).map((name) => `\`${name}\``);
  parts.push("## Configuration", configuration, `${names.join(", ")}.`);
  return `${parts.join("\n\n")}\n`;
}
