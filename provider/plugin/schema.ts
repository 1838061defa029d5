/** The package schema of the plugin, made from the tables of the core. */
import { configNamespace, type Setting, settings } from "../core/auth/settings";
import {
  desktopOutputs,
  desktopVolumeOutputs,
  lookups,
  type LookupSpec,
  volumeTypeOutputs,
} from "../core/lookupSchema";
import {
  DELETION_POLICIES,
  describe,
  diskOutputs,
  diskProperties,
  KNOWN_TYPES,
  type Property,
  resources,
} from "../core/schema";
import type {
  EnumSpec,
  FunctionSpec,
  ObjectSpec,
  PackageSpec,
  PropertySpec,
  ResourceSpec,
  TypeSpec,
} from "./packageSpec";
import {
  type Examples,
  functionExamples,
  goImportPath,
  nodePackageName,
  pythonPackageName,
  resourceExamples,
  withExamples,
} from "./schemaExamples";

/** The package's name in tokens, configuration keys and file names. */
export const packageName = configNamespace;

/** The token of a type, a resource or a function. */
export function tokenOf(name: string): string {
  return `${packageName}:index:${name}`;
}

/** The token that a resource has in the state of the dynamic front. */
export function dynamicTypeOf(kind: string): string {
  return `pulumi-nodejs:dynamic/${packageName}:${kind}`;
}

/** Objects of the table by their names in the schema; each name is either for inputs or for outputs. */
const objectNames: Readonly<Record<string, string>> = {
  DataDisk: "AttachedDataDisk",
  DesktopVolume: "DesktopVolume",
  GetDesktopResult: "Desktop",
  GetVolumeTypesResult: "VolumeType",
};

const ref = (name: string): TypeSpec => ({ $ref: `#/types/${tokenOf(name)}` });
const refToObject = (name: string): TypeSpec => ref(objectNames[name] ?? name);

/** Converts a type of the table for the schema. */
function typeOf(type: unknown): TypeSpec {
  switch (type) {
    case "size":
    case "count":
      return { type: "integer" };
    case "number":
      return { type: "number" };
    case "flag":
      return { type: "boolean" };
    case "policy":
      return ref("DeletionPolicy");
    case "disk type":
      // An open enum: the service may have further values.
      return { oneOf: [{ type: "string" }, { type: "string", ...ref("DiskType") }] };
    case "disks":
      return { type: "object", additionalProperties: ref("DataDisk") };
    case "texts":
      return { type: "object", additionalProperties: { type: "string" } };
    default:
      break;
  }
  if (typeof type !== "object" || type === null) return { type: "string" };
  const { mapOf, listOf } = type as { mapOf?: string; listOf?: string };
  const item = (name: string): TypeSpec => (name === "text" ? { type: "string" } : refToObject(name));
  return mapOf === undefined
    ? { type: "array", items: item(listOf ?? "text") }
    : { type: "object", additionalProperties: item(mapOf) };
}

type Table = Readonly<Record<string, Property>>;

function propertyOf(property: Property): PropertySpec {
  const replaces = "onChange" in property && property.onChange === "replace";
  return {
    ...typeOf(property.type),
    description: describe(property),
    ...(replaces ? { willReplaceOnChanges: true } : {}),
  };
}

function propertiesOf(table: Table): Record<string, PropertySpec> {
  return Object.fromEntries(Object.entries(table).map(([name, property]) => [name, propertyOf(property)]));
}

function requiredOf(table: Table): string[] {
  return Object.entries(table)
    .filter(([, { required }]) => required === true)
    .map(([name]) => name);
}

function objectOf(description: string, table: Table): ObjectSpec {
  return { type: "object", description, properties: propertiesOf(table), required: requiredOf(table) };
}

function enumOf(description: string, values: readonly { value: string; description?: string }[]): EnumSpec {
  return { type: "string", description, enum: values };
}

const protectNote =
  "Where `deletionProtection` is `true`, set the resource option `protect` as well: the engine then refuses deletes and " +
  "replacements before anything is done. The provider refuses them in any case.";

function resourceOf(kind: keyof typeof resources, examples: Examples): ResourceSpec {
  const { description, id, inputs, outputs } = resources[kind];
  const importing =
    `## Import\n\nThe id is \`${id}\`. An imported disk gets \`deletionProtection: true\`, unless the program says otherwise.\n\n` +
    `\`\`\`sh\npulumi import ${tokenOf(kind)} name '${id}'\n\`\`\`\n`;
  return {
    description: `${withExamples(`${description}\n\n${protectNote}`, examples)}\n${importing}`,
    properties: propertiesOf(outputs),
    required: requiredOf(outputs),
    inputProperties: propertiesOf(inputs),
    requiredInputs: requiredOf(inputs),
    listInputs: {
      description: "Which disks are listed.",
      properties: {
        desktopId: {
          type: "string",
          description: "Id of the desktop. Default: all desktops of the project.",
        },
      },
    },
    aliases: [{ type: dynamicTypeOf(kind) }],
  };
}

function functionOf({ description, inputs, result }: LookupSpec, examples: Examples): FunctionSpec {
  const outputs: ObjectSpec =
    "one" in result
      ? { properties: propertiesOf(result.one), required: requiredOf(result.one) }
      : {
          properties: {
            [result.under]: { type: "array", items: resultType(result.many), description: "What was found." },
          },
          required: [result.under],
        };
  return {
    description: withExamples(description, examples),
    inputs: { type: "object", properties: propertiesOf(inputs) },
    outputs,
  };
}

function resultType(table: Table): TypeSpec {
  const names = new Map<Table, string>([
    [desktopOutputs, "Desktop"],
    [desktopVolumeOutputs, "DesktopVolume"],
    [volumeTypeOutputs, "VolumeType"],
  ]);
  return ref(names.get(table) ?? "");
}

/** Only the text names environment variables: generated SDKs would read defaults in the schema into state. */
function settingOf({ type, secret, meaning, env }: Setting): PropertySpec {
  const variables = env.map((name) => `\`${name}\``).join(", ");
  return {
    ...typeOf(type),
    description: `${meaning} Environment: ${variables}.`,
    ...(secret === true ? { secret: true } : {}),
  };
}

/**
 * The package schema of this version, as plain data. The same version gives the
 * same schema: it depends on nothing but the tables.
 */
export function pulumiSchema(version: string): PackageSpec {
  const variables = Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, settingOf(setting)]),
  );
  return {
    name: packageName,
    displayName: "Huawei Cloud Workspace",
    version,
    description: "Data disks of Huawei Cloud Workspace desktops.",
    keywords: ["pulumi", "huaweicloud", "workspace", "desktop", "volume", "category/cloud"],
    license: "Apache-2.0",
    publisher: "pulumi-huaweicloud-workspace",
    meta: { moduleFormat: "(.*)" },
    language: {
      nodejs: {
        packageName: nodePackageName,
        respectSchemaVersion: true,
        dependencies: { "@pulumi/pulumi": "^3.216.0" },
      },
      python: { packageName: pythonPackageName, respectSchemaVersion: true, pyproject: { enabled: true } },
      go: {
        importBasePath: goImportPath,
        rootPackageName: "huaweicloudworkspace",
        respectSchemaVersion: true,
      },
      java: { buildFiles: "maven" },
      csharp: { respectSchemaVersion: true },
    },
    config: { variables },
    types: {
      [tokenOf("DataDisk")]: objectOf("One disk of a `DesktopDataDisks`.", diskProperties),
      [tokenOf("AttachedDataDisk")]: objectOf(
        "A disk of a `DesktopDataDisks`, as the service reports it.",
        diskOutputs,
      ),
      [tokenOf("DesktopVolume")]: objectOf(
        "A data disk of a desktop, whoever added it.",
        desktopVolumeOutputs,
      ),
      [tokenOf("Desktop")]: objectOf("A desktop, with the data disks that it has now.", desktopOutputs),
      [tokenOf("VolumeType")]: objectOf("A disk type that can be bought.", volumeTypeOutputs),
      [tokenOf("DiskType")]: enumOf(
        "Disk types known today. The service may offer others.",
        KNOWN_TYPES.map((value) => ({ value })),
      ),
      [tokenOf("DeletionPolicy")]: enumOf(
        "What happens to a disk when its resource is deleted or its name leaves a set.",
        DELETION_POLICIES.map((value) => ({
          value,
          description:
            value === "delete"
              ? "The disk and its data are destroyed."
              : "The disk stays on the desktop and is no longer managed.",
        })),
      ),
    },
    provider: {
      description:
        "One account, one region or one set of credentials. What is not set here is read from the environment of the plugin's process, " +
        "and is never written to state.",
      properties: {},
      inputProperties: variables,
    },
    resources: Object.fromEntries(
      (Object.keys(resources) as (keyof typeof resources)[]).map((kind) => [
        tokenOf(kind),
        resourceOf(kind, resourceExamples[kind]),
      ]),
    ),
    functions: Object.fromEntries(
      (Object.keys(lookups) as (keyof typeof lookups)[]).map((name) => [
        tokenOf(name),
        functionOf(lookups[name], functionExamples[name]),
      ]),
    ),
  };
}
