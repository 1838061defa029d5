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

/** A resource of this package, as one stack's state has it. */
export interface ResourceRecord {
  stack: StackRecord;
  urn: string;
  kind: Kind;
  /** Its name in the program. */
  name: string;
  desktopId: string;
  /** Where the disks are, as recorded; empty before anything was added. */
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

const TYPE = /^pulumi-nodejs:dynamic\/huaweicloud-workspace:(DataDiskAttachment|DesktopDataDisks)$/;

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
  for (const raw of resources) {
    const kind = kindOf(raw);
    if (kind !== undefined) record.resources.push(existing(record, kind, raw));
  }
  for (const raw of pending) {
    const resource = propsOf(raw.resource);
    const kind = kindOf(resource);
    if (kind === undefined) continue;
    const operation = typeof raw.type === "string" ? raw.type : "unknown";
    const read = operation === "creating" ? toBeCreated : operation === "updating" ? toBeUpdated : existing;
    record.pending.push({ operation, resource: read(record, kind, resource) });
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

/** A resource that exists. Its id is never a secret. */
function existing(stack: StackRecord, kind: Kind, raw: Props): ResourceRecord {
  const id = typeof raw.id === "string" ? raw.id : "";
  const { props, encrypted } = plainProps(raw.outputs);
  const facts = factsOf(stack, kind, raw, encrypted);
  try {
    if (encrypted.includes("disks") && props.disks === undefined && props.volumeIds === undefined) {
      throw new Error("its disks cannot be read");
    }
    const isSet = kind === "DesktopDataDisks";
    const codec = isSet ? setCodec : attachmentCodec;
    const state = codec.readState(id, isSet ? { ...props, disks: disksFrom(props) } : props);
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
      place: state.place,
      disks: [...held, ...awaited],
      released: [...state.released].map(([name, volumeId]) => ({ name, volumeId })),
    };
  } catch (error) {
    const why =
      error instanceof CoreError
        ? `${error.why}. ${error.next}`
        : error instanceof Error
          ? error.message
          : String(error);
    throw unreadable(stack, facts.urn, why, encrypted);
  }
}

/** What an interrupted create was to add; nothing of it is known but the inputs. */
function toBeCreated(stack: StackRecord, kind: Kind, raw: Props): ResourceRecord {
  const { props, encrypted } = plainProps(raw.inputs);
  const facts = factsOf(stack, kind, raw, encrypted);
  if (typeof props.desktopId !== "string") {
    throw unreadable(stack, facts.urn, "its inputs name no desktop", encrypted);
  }
  const disks =
    kind === "DataDiskAttachment" ? [{ wanted: wantedOf(props) }] : entriesToBeAdded(stack, facts.urn, raw);
  return { ...facts, desktopId: props.desktopId, place: placeOf(props), disks, released: [] };
}

/** An interrupted update: the disks that the resource has, and those that it was to get. */
function toBeUpdated(stack: StackRecord, kind: Kind, raw: Props): ResourceRecord {
  const before = existing(stack, kind, raw);
  if (kind === "DataDiskAttachment") return before;
  const held = new Set(before.disks.map(({ name }) => name));
  const more = entriesToBeAdded(stack, before.urn, raw).filter(({ name }) => !held.has(name));
  return { ...before, disks: [...before.disks, ...more] };
}

/** The disks that inputs name. Throws where they are a secret: a disk that was just added would seem to have no owner. */
function entriesToBeAdded(stack: StackRecord, urn: string, { inputs }: Props): (Disk & { name: string })[] {
  const { props, encrypted } = plainProps(inputs);
  if (encrypted.includes("disks") && props.disks === undefined) {
    throw unreadable(stack, urn, "the disks that it was to add cannot be read", encrypted);
  }
  const { deletionProtection, deletionPolicy } = wantedOf(props);
  const shared = wantedOf({ deletionProtection, deletionPolicy });
  return Object.entries(propsOf(props.disks)).map(([name, entry]) => ({
    name,
    wanted: { ...shared, ...wantedOf(propsOf(entry)) },
  }));
}

function factsOf(
  stack: StackRecord,
  kind: Kind,
  raw: Props,
  encrypted: readonly string[],
): Omit<ResourceRecord, "desktopId" | "place" | "disks" | "released"> {
  const urn = typeof raw.urn === "string" ? raw.urn : "";
  const hidden = Object.keys(placeProperties).filter((key) => encrypted.includes(key));
  // Without them another project would be read, which has none of these disks.
  if (hidden.length > 0) throw unreadable(stack, urn, "the place of its disks cannot be read", hidden);
  return {
    stack,
    urn,
    kind,
    name: urn.split("::").slice(3).join("::"),
    external: raw.external === true,
    condemned: raw.delete === true,
    protect: raw.protect === true,
  };
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

function withoutSecrets(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== ENCRYPTED));
}

function unreadable(stack: StackRecord, urn: string, why: string, encrypted: readonly string[]): BadState {
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

function kindOf(resource: Props): Kind | undefined {
  const [, kind] = TYPE.exec(typeof resource.type === "string" ? resource.type : "") ?? [];
  return kind as Kind | undefined;
}

function anyUrn(resources: readonly Props[]): string {
  const [first] = resources;
  const urn = first?.urn ?? propsOf(first?.resource).urn;
  return typeof urn === "string" ? urn : "";
}

function propsOf(value: unknown): Props {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Props) : {};
}

function arrayOf(value: unknown): Props[] {
  return Array.isArray(value) ? value.map(propsOf) : [];
}
