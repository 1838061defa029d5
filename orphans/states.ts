import { attachmentCodec, setCodec } from "../provider/core/disk/codecs";
import type { DeletionPolicy, Kind } from "../provider/core/disk/inputs";
import type { PendingAdd } from "../provider/core/desktop/volumeRequest";
import type { RecordedPlace } from "../provider/core/disk/state";
import { CoreError } from "../provider/core/errors";
import { placeProperties, type PlaceProperty } from "../provider/core/schema";

type Props = Readonly<Record<string, unknown>>;

/** Where a state came from, and how the CLI is told to work on that stack. */
export interface Source {
  /** For people: a file or the name of a stack. */
  label: string;
  /** Such as `["--stack", "dev"]`; without it, the stack is called by the name in its state. */
  cli?: readonly string[];
}

/** What the program asked for, as far as the state has it in plain text. */
export interface WantedDisk {
  type?: string;
  /** GB */
  size?: number;
  iops?: number;
  /** MiB/s */
  throughput?: number;
  kmsId?: string;
  existingVolumeId?: string;
  deletionProtection?: boolean;
  deletionPolicy?: DeletionPolicy;
}

/** A disk that a resource holds, or that it was to get. */
export interface Disk {
  /** Its name in a `DesktopDataDisks`. */
  name?: string;
  /** Absent: nobody knows yet whether it was added. */
  volumeId?: string;
  /** When it was created, as the service writes it. */
  createTime?: string | undefined;
  wanted: WantedDisk;
  /** An earlier run could not tell whether this disk was added; the next one looks for it. */
  pendingAdd?: PendingAdd;
}

/** A disk that left a `DesktopDataDisks` with `deletionPolicy: "retain"`. */
export interface Released {
  name: string;
  volumeId: string;
}

/** How a stack reaches the provider: as TypeScript classes, or as the plugin of any language. */
export type Front = "dynamic" | "plugin";

/** The provider resource that a resource of the plugin belongs to. */
export interface ProviderRecord {
  urn: string;
  /** Its name in the program; `default` and the like where the engine made it. */
  name: string;
  /** What its inputs say of the place: it counts before the environment. */
  place: RecordedPlace;
  /** What of the place the state keeps as a secret. */
  hidden: readonly string[];
}

/** A resource of this package, as one stack's state has it. */
export interface ResourceRecord {
  stack: StackRecord;
  urn: string;
  kind: Kind;
  front: Front;
  /** Absent with the dynamic front, whose provider has no settings of its own. */
  provider?: ProviderRecord;
  /** Its name in the program. */
  name: string;
  desktopId: string;
  /** Where the disks are, as recorded; before anything was added, what inputs and provider say of it. */
  place: RecordedPlace;
  disks: readonly Disk[];
  released: readonly Released[];
  /** The program only looks it up (`DataDiskAttachment.get`): it owns nothing. */
  external: boolean;
  /** It was replaced, and the next run deletes it with its disk. */
  condemned: boolean;
  /** Pulumi's own option `protect`. */
  protect: boolean;
}

/** An operation that a run began and did not see the end of. */
export interface PendingRecord {
  /** `creating`, `updating`, `deleting`, … */
  operation: string;
  resource: ResourceRecord;
}

/** What one stack's state says about our resources. */
export interface StackRecord {
  source: Source;
  project: string | undefined;
  stack: string | undefined;
  resources: readonly ResourceRecord[];
  pending: readonly PendingRecord[];
}

/** The type of a resource by its front: what is before the kind. */
const TYPE_PREFIXES: Readonly<Record<string, Front>> = {
  "pulumi-nodejs:dynamic/huaweicloud-workspace:": "dynamic",
  "huaweicloud-workspace:index:": "plugin",
};
const OUR_TYPE = /^(.*\bhuaweicloud-workspace:(?:.*:)?)([^:]+)$/;
const PROVIDER_TYPE = "pulumi:providers:huaweicloud-workspace";

/** A state that cannot be read, or not enough of it: nothing could be compared with it. */
export class BadState extends Error {
  override readonly name = "BadState";
}

/** Reads what `pulumi stack export` wrote. Throws `BadState`. */
export function readStack(source: Source, json: string): StackRecord {
  const deployment = deploymentOf(source, json);
  const resources = arrayOf(deployment.resources);
  const pending = arrayOf(deployment.pending_operations);
  const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(anyUrn([...resources, ...pending])) ?? [];
  const record = {
    source,
    project,
    stack,
    resources: [] as ResourceRecord[],
    pending: [] as PendingRecord[],
  };
  const providers = providersIn(resources);
  for (const raw of resources) {
    const facts = factsOf(record, providers, raw);
    if (facts !== undefined) record.resources.push(existing(facts, raw));
  }
  for (const raw of pending) {
    const resource = propsOf(raw.resource);
    const facts = factsOf(record, providers, resource);
    if (facts === undefined) continue;
    const operation = typeof raw.type === "string" ? raw.type : "unknown";
    record.pending.push({ operation, resource: interrupted(operation, facts, resource, resources) });
  }
  return record;
}

function deploymentOf({ label }: Source, json: string): Props {
  let state: unknown;
  try {
    state = JSON.parse(json);
  } catch {
    // The parser's own words quote the text, and a state may hold secrets.
    throw new BadState(`${label} is not JSON; "pulumi stack export --file FILE" writes what is needed`);
  }
  const { deployment } = propsOf(state);
  if (typeof deployment !== "object" || deployment === null) {
    throw new BadState(
      `${label} is not an exported state: it has no "deployment"; "pulumi stack export --file FILE" writes one`,
    );
  }
  return propsOf(deployment);
}

/** What a state says of a resource beside its properties. */
type Facts = Omit<ResourceRecord, "desktopId" | "place" | "disks" | "released">;

/** A resource that exists. Its id is never a secret; that of an interrupted import is only in `importID`. */
function existing(facts: Facts, raw: Props): ResourceRecord {
  const id = [raw.id, raw.importID].find((one) => typeof one === "string" && one !== "") as
    string | undefined;
  const { props, encrypted } = placedProps(facts, raw.outputs);
  try {
    if (encrypted.includes("disks") && props.disks === undefined && props.volumeIds === undefined) {
      throw new Error("its disks cannot be read");
    }
    const isSet = facts.kind === "DesktopDataDisks";
    const codec = isSet ? setCodec : attachmentCodec;
    const state = codec.readState(id ?? "", isSet ? { ...props, disks: disksFrom(props) } : props);
    if (state.desktopId === "") throw new Error("it names no desktop");
    const named = (name: string) => (isSet ? { name } : {});
    const held = [...state.disks].map(([name, disk]) => ({
      ...named(name),
      volumeId: disk.volumeId,
      createTime: disk.createTime,
      wanted: wantedOf({ ...disk }),
    }));
    const awaited = [...state.pendingAdds].map(([name, pendingAdd]) => ({
      ...named(name),
      wanted: wantedOf({ ...pendingAdd.spec }),
      pendingAdd,
    }));
    return {
      ...facts,
      desktopId: state.desktopId,
      place: placeWith(state.place, facts),
      disks: [...held, ...awaited],
      released: [...state.released].map(([name, volumeId]) => ({ name, volumeId })),
    };
  } catch (error) {
    if (error instanceof BadState) throw error;
    const why =
      error instanceof CoreError
        ? `${error.why}. ${error.next}`
        : error instanceof Error
          ? error.message
          : String(error);
    throw unreadable(facts, why, encrypted);
  }
}

/** The resource of an interrupted operation. */
function interrupted(operation: string, facts: Facts, raw: Props, all: readonly Props[]): ResourceRecord {
  if (operation === "creating") return toBeCreated(facts, raw);
  if (operation !== "updating") return existing(facts, raw);
  // The engine notes what the resource is to become: the inputs alone. What it has is with the resources.
  const before = all.find((one) => one.urn === raw.urn && one.delete !== true) ?? raw;
  return toBeUpdated(facts, { ...before, inputs: raw.inputs });
}

/** What an interrupted create was to add; nothing of it is known but the inputs. */
function toBeCreated(facts: Facts, raw: Props): ResourceRecord {
  const { props, encrypted } = placedProps(facts, raw.inputs);
  if (typeof props.desktopId !== "string") {
    throw unreadable(facts, "its inputs name no desktop", encrypted);
  }
  const disks =
    facts.kind === "DataDiskAttachment" ? [{ wanted: wantedOf(props) }] : entriesToBeAdded(facts, raw);
  return {
    ...facts,
    desktopId: props.desktopId,
    place: placeWith(placeOf(props), facts),
    disks,
    released: [],
  };
}

/** An interrupted update: the disks that the resource has, and those that it was to get. */
function toBeUpdated(facts: Facts, raw: Props): ResourceRecord {
  const before = existing(facts, raw);
  if (facts.kind === "DataDiskAttachment") return before;
  const held = new Set(before.disks.map(({ name }) => name));
  const more = entriesToBeAdded(facts, raw).filter(({ name }) => !held.has(name));
  return { ...before, disks: [...before.disks, ...more] };
}

/** The disks that inputs name. Throws where they are a secret: a disk that was just added would seem to have no owner. */
function entriesToBeAdded(facts: Facts, { inputs }: Props): (Disk & { name: string })[] {
  const { props, encrypted } = plainProps(inputs);
  if (encrypted.includes("disks") && props.disks === undefined) {
    throw unreadable(facts, "the disks that it was to add cannot be read", encrypted);
  }
  const { deletionProtection, deletionPolicy } = wantedOf(props);
  const shared = wantedOf({ deletionProtection, deletionPolicy });
  return Object.entries(propsOf(props.disks)).map(([name, entry]) => ({
    name,
    wanted: { ...shared, ...wantedOf(propsOf(entry)) },
  }));
}

/** Undefined for resources of other packages. Throws for a kind of this package that is not known here: its disks would look like orphans. */
function factsOf(
  stack: StackRecord,
  providers: ReadonlyMap<string, ProviderRecord>,
  raw: Props,
): Facts | undefined {
  const urn = textOf(raw.urn);
  const [, prefix = "", kind = ""] = OUR_TYPE.exec(textOf(raw.type)) ?? [];
  if (kind === "" || raw.custom === false) return undefined;
  const front = TYPE_PREFIXES[prefix];
  if (front === undefined || (kind !== "DataDiskAttachment" && kind !== "DesktopDataDisks")) {
    throw unreadable({ stack, urn }, `this version does not know the type ${textOf(raw.type)}`, []);
  }
  const provider = front === "plugin" ? providers.get(providerUrn(raw.provider)) : undefined;
  return {
    stack,
    urn,
    kind,
    front,
    ...(provider === undefined ? {} : { provider }),
    name: nameIn(urn),
    external: raw.external === true,
    condemned: raw.delete === true,
    protect: raw.protect === true,
  };
}

/** The provider resources of the plugin, by URN. */
function providersIn(resources: readonly Props[]): Map<string, ProviderRecord> {
  const ours = resources.filter(({ type }) => type === PROVIDER_TYPE);
  return new Map(
    ours.map((raw) => {
      const urn = textOf(raw.urn);
      const { props, encrypted } = plainProps(raw.inputs);
      return [urn, { urn, name: nameIn(urn), place: placeOf(props), hidden: placesIn(encrypted) }];
    }),
  );
}

/** A reference to a provider is its URN and its id. */
function providerUrn(reference: unknown): string {
  return textOf(reference).split("::").slice(0, -1).join("::");
}

function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** As `plainProps`. Throws where a place is a secret: without it another project would be read, which has none of these disks. */
function placedProps(facts: Facts, value: unknown): ReturnType<typeof plainProps> {
  const read = plainProps(value);
  const hidden = placesIn(read.encrypted);
  if (hidden.length > 0) throw unreadable(facts, "the place of its disks cannot be read", hidden);
  return read;
}

/** The disks by name with the plain text of each; `volumeIds` has the ids where `disks` is a secret. */
function disksFrom(props: Props): Props {
  const ids = propsOf(props.volumeIds);
  const disks = propsOf(props.disks);
  const names = new Set([...Object.keys(disks), ...Object.keys(ids)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const disk = withoutSecrets(propsOf(disks[name]));
      return [name, { ...disk, volumeId: disk.volumeId ?? ids[name] }];
    }),
  );
}

/** A secret input is left out: the service's own value is used where it would be compared. */
function wantedOf(raw: Props): WantedDisk {
  const wanted: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(WANTED)) if (typeof raw[key] === type) wanted[key] = raw[key];
  return wanted;
}

const WANTED = {
  type: "string",
  size: "number",
  iops: "number",
  throughput: "number",
  kmsId: "string",
  existingVolumeId: "string",
  deletionProtection: "boolean",
  deletionPolicy: "string",
} as const satisfies Record<keyof WantedDisk, string>;

function placeOf(raw: Props): RecordedPlace {
  const place: RecordedPlace = {};
  for (const key of Object.keys(placeProperties) as PlaceProperty[]) {
    const value = raw[key];
    if (typeof value === "string") place[key] = value;
  }
  return place;
}

/** A place with what the provider adds: all of it where no region is recorded, else only how to sign in. */
function placeWith(own: RecordedPlace, { stack, provider }: Facts): RecordedPlace {
  if (provider === undefined) return own;
  const { profile, iamEndpoint, ...where } = provider.place;
  const signIn = placeOf({ profile, iamEndpoint });
  if (own.region === undefined && provider.hidden.length > 0) {
    throw unreadable({ stack, urn: provider.urn }, "the place of its disks cannot be read", provider.hidden);
  }
  return own.region === undefined ? { ...where, ...signIn, ...own } : { ...signIn, ...own };
}

function placesIn(names: readonly string[]): string[] {
  return Object.keys(placeProperties).filter((key) => names.includes(key));
}

function withoutSecrets(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== ENCRYPTED));
}

function unreadable(
  { stack, urn }: Pick<Facts, "stack" | "urn">,
  why: string,
  encrypted: readonly string[],
): BadState {
  const secret =
    encrypted.length === 0
      ? ""
      : ` The state keeps ${encrypted.join(", ")} as a secret. Export it with --show-secrets into a file ` +
        `that only you can read, and give that file; only ids and places are read from it.`;
  return new BadState(`${stack.source.label}: ${urn}: ${why.replace(/\.$/, "")}.${secret}`);
}

/** How the engine marks a secret in an exported state. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for a value that the state holds encrypted. */
const ENCRYPTED = Symbol("encrypted");

/**
 * A value of an exported state with every secret in it replaced: by its value,
 * where the state was exported with `--show-secrets`, else by `ENCRYPTED`.
 */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Props;
  if (object[SIGNATURE_KEY] !== SECRET_SIGNATURE) {
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, plain(item)]));
  }
  if (typeof object.plaintext !== "string") return ENCRYPTED;
  try {
    return plain(JSON.parse(object.plaintext));
  } catch {
    return ENCRYPTED;
  }
}

/** The properties of a resource in plain text, and the names of those that are encrypted, at least in part. */
function plainProps(value: unknown): { props: Props; encrypted: readonly string[] } {
  const entries = Object.entries(propsOf(plain(value)));
  return {
    props: withoutSecrets(Object.fromEntries(entries)),
    encrypted: entries.filter(([, item]) => hides(item)).map(([key]) => key),
  };
}

function hides(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === ENCRYPTED;
  return Object.values(value).some(hides);
}

function anyUrn(resources: readonly Props[]): string {
  const [first] = resources;
  return textOf(first?.urn ?? propsOf(first?.resource).urn);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function propsOf(value: unknown): Props {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Props) : {};
}

function arrayOf(value: unknown): Props[] {
  return Array.isArray(value) ? value.map(propsOf) : [];
}
