/** Exported states for tests, as `pulumi stack export` writes them. */
import type { Kind } from "../../provider/core/disk/inputs";
import { readStack, type StackRecord } from "../states";

type Props = Readonly<Record<string, unknown>>;

/** A resource in an exported state. */
export type RawResource = Props & { readonly urn: string; readonly type: string };

/** Where everything is, unless a test says otherwise. */
export const place = { region: "cn-north-4", projectId: "p1", endpoint: "https://workspace.example.com" };

/** A value as an exported state has it where it is a secret. */
export function secret(plaintext?: string): Props {
  const value = plaintext === undefined ? { ciphertext: "v1:abc" } : { plaintext: JSON.stringify(plaintext) };
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ...value };
}

/** The type of a resource of this package in state. */
export function typeOf(kind: Kind): string {
  return `pulumi-nodejs:dynamic/huaweicloud-workspace:${kind}`;
}

/** One disk as a resource of its own; `more` are fields of the resource, such as `external`. */
export function attachment(
  name: string,
  desktopId: string,
  volumeId: string,
  outputs: Props = {},
  more: Props = {},
): RawResource {
  const facts = { desktopId, volumeId, type: "SSD", size: 100, stateVersion: 1, ...place };
  return {
    ...resource("DataDiskAttachment", name),
    id: `${desktopId}/${volumeId}`,
    outputs: { ...facts, ...outputs },
    ...more,
  };
}

/** All disks of a desktop as one resource, by their names. */
export function dataDisks(
  name: string,
  desktopId: string,
  disks: Readonly<Record<string, string>>,
  outputs: Props = {},
  more: Props = {},
): RawResource {
  const all = Object.fromEntries(
    Object.entries(disks).map(([key, volumeId]) => [key, { volumeId, type: "SSD", size: 100 }]),
  );
  return {
    ...resource("DesktopDataDisks", name),
    id: desktopId,
    outputs: { desktopId, disks: all, volumeIds: disks, stateVersion: 1, ...place, ...outputs },
    ...more,
  };
}

/** An add of an SSD of 100 GB whose outcome is unknown, as a set or an attachment keeps it. */
export function pendingAdd(beforeIds: readonly string[], more: Props = {}): Props {
  const spec = { type: "SSD", size: 100 };
  return {
    jobId: "job-1",
    sentAt: "2026-01-09T23:00:00.000Z",
    tookMs: 100,
    beforeIds,
    spec,
    request: [spec],
    ...more,
  };
}

/** An interrupted create. */
export function creating(kind: Kind, name: string, inputs: Props): Props {
  return { type: "creating", resource: { ...resource(kind, name), inputs } };
}

/** An interrupted update, as the engine writes it: what the resource was to become has neither id nor outputs. */
export function updating({ id: _id, outputs: _outputs, ...resource }: Props): Props {
  return { type: "updating", resource };
}

/** A resource or an interrupted operation as the plugin has it in state; `provider` is the name of its provider resource. */
export function ofPlugin<T extends Props>(raw: T, provider = "default_0_1_0"): T {
  const text = JSON.stringify(raw).replaceAll("pulumi-nodejs:dynamic/huaweicloud-workspace:", PLUGIN);
  const reference = { provider: `${providerResource(provider).urn}::3ec05f83` };
  const own = JSON.parse(text) as T & { resource?: Props };
  return own.resource === undefined
    ? { ...own, ...reference }
    : { ...own, resource: { ...own.resource, ...reference } };
}

/** A provider resource of the plugin, with its inputs. */
export function providerResource(name: string, inputs: Props = {}): RawResource {
  const type = "pulumi:providers:huaweicloud-workspace";
  return { urn: `urn:pulumi:STACK::infra::${type}::${name}`, type, custom: true, id: "3ec05f83", inputs };
}

const PLUGIN = "huaweicloud-workspace:index:";

/** The whole of an exported state. */
export function exported(
  stack: string,
  resources: readonly RawResource[],
  pending: readonly Props[] = [],
): string {
  const root = {
    urn: `urn:pulumi:STACK::infra::pulumi:pulumi:Stack::infra-STACK`,
    type: "pulumi:pulumi:Stack",
  };
  const state = {
    version: 3,
    deployment: { manifest: {}, resources: [root, ...resources], pending_operations: pending },
  };
  return JSON.stringify(state).replaceAll("STACK", stack);
}

/** As `exported`, already read. */
export function stackOf(
  stack: string,
  resources: readonly RawResource[],
  pending: readonly Props[] = [],
): StackRecord {
  return readStack({ label: `${stack}.json` }, exported(stack, resources, pending));
}

function resource(kind: Kind, name: string): RawResource & { custom: boolean } {
  return { urn: `urn:pulumi:STACK::infra::${typeOf(kind)}::${name}`, type: typeOf(kind), custom: true };
}
