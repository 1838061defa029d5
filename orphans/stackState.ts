import { ENCRYPTED, plainProps } from "./plaintext";
import { compact, type DiskInputs, type Place, placeOf, readDisks, readState } from "./providerRoom";

type Props = Readonly<Record<string, unknown>>;

/** Where a state came from, and how the CLI is told to work on that stack. */
export interface Source {
  /** For people: a file or the name of a stack. */
  label: string;
  /** Such as `["--stack", "dev"]`; without it, the stack is called by the name in its state. */
  cli?: readonly string[];
}

/** A disk that a resource holds, or that a cut-off operation was to make. */
export interface Disk {
  /** Its name in a `DesktopDataDisks`. */
  name?: string;
  volumeId?: string;
  /** What the program asked for, as far as state tells. */
  wanted: Partial<DiskInputs>;
}

/** A resource of this package, as one stack's state has it. */
export interface ResourceRecord {
  stack: StackRecord;
  urn: string;
  kind: Kind;
  /** Its name in the program. */
  name: string;
  desktopId: string;
  /** Where the disks are, as recorded; empty before anything was made. */
  place: Place;
  disks: readonly Disk[];
  /** The program only looks at it (`DataDiskAttachment.get`): it owns nothing. */
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

/** The resources of this package, by what follows in their type. */
export type Kind = "DataDiskAttachment" | "DesktopDataDisks";
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
    if (kind !== undefined) record.resources.push(made(record, kind, raw));
  }
  for (const raw of pending) {
    const resource = propsOf(raw.resource);
    const kind = kindOf(resource);
    if (kind === undefined) continue;
    const operation = typeof raw.type === "string" ? raw.type : "unknown";
    const read = operation === "creating" ? toBeMade : operation === "updating" ? toBeChanged : made;
    record.pending.push({ operation, resource: read(record, kind, resource) });
  }
  return record;
}

/** Throws `BadState` for a stack that is given twice: each of its disks would seem to have two owners. */
export function refuseTwice(stacks: readonly StackRecord[]): void {
  const seen = new Map<string, StackRecord>();
  for (const record of stacks) {
    if (record.stack === undefined) continue;
    const name = `stack ${record.stack} of project ${record.project ?? "?"}`;
    const before = seen.get(name);
    if (before !== undefined) {
      throw new BadState(
        `${before.source.label} and ${record.source.label} are both ${name}: give each stack once`,
      );
    }
    seen.set(name, record);
  }
}

function deploymentOf({ label }: Source, json: string): Props {
  let state: unknown;
  try {
    state = JSON.parse(json);
  } catch {
    // The parser's own words quote the text, and a state may hold secrets.
    throw new BadState(`${label} is no JSON; "pulumi stack export --file FILE" writes what is needed`);
  }
  const { deployment } = propsOf(state);
  if (typeof deployment !== "object" || deployment === null) {
    throw new BadState(
      `${label} is no exported state: it has no "deployment"; "pulumi stack export --file FILE" writes one`,
    );
  }
  return propsOf(deployment);
}

/** A resource that exists. Its id is never a secret. */
function made(stack: StackRecord, kind: Kind, raw: Props): ResourceRecord {
  const id = typeof raw.id === "string" ? raw.id : "";
  const { props, encrypted } = plainProps(raw.outputs);
  const facts = factsOf(stack, kind, raw, encrypted);
  try {
    if (kind === "DataDiskAttachment") {
      const state = readState(id, props);
      const { desktopId, volumeId } = state;
      return { ...facts, desktopId, place: placeOf(state), disks: [{ volumeId, wanted: state }] };
    }
    const { desktopId = id } = props;
    if (typeof desktopId !== "string" || desktopId === "") throw new Error("it names no desktop");
    if (encrypted.includes("disks") && props.disks === undefined && props.volumeIds === undefined) {
      throw new Error("which disks it has is not told");
    }
    const state = readDisks({ ...props, desktopId, disks: disksFrom(props) });
    const disks = Object.entries(state.disks).map(([name, disk]) => ({
      name,
      volumeId: disk.volumeId,
      wanted: disk,
    }));
    return { ...facts, desktopId: state.desktopId, place: placeOf(state), disks };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw unreadable(stack, facts.urn, why, encrypted);
  }
}

/** What a cut-off create was to make; nothing of it is known but the inputs. */
function toBeMade(stack: StackRecord, kind: Kind, raw: Props): ResourceRecord {
  const { props, encrypted } = plainProps(raw.inputs);
  const facts = factsOf(stack, kind, raw, encrypted);
  if (typeof props.desktopId !== "string") {
    throw unreadable(stack, facts.urn, "its inputs name no desktop", encrypted);
  }
  const entries: [string | undefined, unknown][] =
    kind === "DataDiskAttachment" ? [[undefined, props]] : entriesToBeMade(stack, facts.urn, raw);
  const disks = entries.map(([name, wanted]) => compact({ name, wanted: wantedOf(wanted) }));
  return { ...facts, desktopId: props.desktopId, place: placeOf(props), disks };
}

/** A change that was cut off: the disks that it has, and those that it was to get. */
function toBeChanged(stack: StackRecord, kind: Kind, raw: Props): ResourceRecord {
  const before = made(stack, kind, raw);
  if (kind === "DataDiskAttachment") return before;
  const held = new Set(before.disks.map(({ name }) => name));
  const more = entriesToBeMade(stack, before.urn, raw)
    .filter(([name]) => !held.has(name))
    .map(([name, wanted]) => ({ name, wanted: wantedOf(wanted) }));
  return { ...before, disks: [...before.disks, ...more] };
}

/** The disks that inputs name. Throws where they are a secret: what is on its way would be taken for nobody's. */
function entriesToBeMade(stack: StackRecord, urn: string, { inputs }: Props): [string, unknown][] {
  const { props, encrypted } = plainProps(inputs);
  if (encrypted.includes("disks") && props.disks === undefined) {
    throw unreadable(stack, urn, "which disks it was to make is not told", encrypted);
  }
  return Object.entries(propsOf(props.disks));
}

function factsOf(
  stack: StackRecord,
  kind: Kind,
  raw: Props,
  encrypted: readonly string[],
): Omit<ResourceRecord, "desktopId" | "place" | "disks"> {
  const urn = typeof raw.urn === "string" ? raw.urn : "";
  const hidden = ["region", "projectId", "endpoint", "iamEndpoint", "profile"].filter((key) =>
    encrypted.includes(key),
  );
  // Without them another project would be asked, which knows nothing of these disks.
  if (hidden.length > 0) throw unreadable(stack, urn, `where its disks are is not told`, hidden);
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

/** The disks by name with what is plain text of each; `volumeIds` tells what a secret `disks` does not. */
function disksFrom(props: Props): Props {
  const ids = propsOf(props.volumeIds);
  const names = new Set([...Object.keys(propsOf(props.disks)), ...Object.keys(ids)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const disk = wantedOf(propsOf(props.disks)[name]) as Props;
      const { volumeId = ids[name] } = disk;
      return [name, { ...disk, volumeId }];
    }),
  );
}

/** An input that is a secret is not told; where it would be compared, the service's word counts. */
function wantedOf(value: unknown): Partial<DiskInputs> {
  return Object.fromEntries(Object.entries(propsOf(value)).filter(([, item]) => item !== ENCRYPTED));
}

function unreadable(stack: StackRecord, urn: string, why: string, encrypted: readonly string[]): BadState {
  const secret =
    encrypted.length === 0
      ? ""
      : `. The state keeps ${encrypted.join(", ")} of it as a secret: export it with --show-secrets into a file ` +
        `that only you can read, and give that file; only ids and places are read from it`;
  return new BadState(`${stack.source.label}: ${urn}: ${why}${secret}`);
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
