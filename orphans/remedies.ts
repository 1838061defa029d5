import type { Volume } from "../provider/core/api/volumes";
import type { Place } from "../provider/core/auth/place";
import { isDefaultProvider } from "../provider/core/defaultProvider";
import { type Kind, validateAttachment } from "../provider/core/disk/inputs";
import { QOS_TYPE } from "../provider/core/schema";
import type { Finding, Gone, Holder, OwnedTwice, PendingAdds, PendingOperation, Unowned } from "./findings";
import type { Disk, Front, PendingRecord, ProviderRecord, ResourceRecord, StackRecord } from "./states";

/** One way to fix a finding. */
export interface Remedy {
  /** What it comes to. */
  title: string;
  /** Lines to write into the program, before the commands: TypeScript, or YAML for a stack of the plugin. */
  program: readonly string[];
  /** Commands for a shell, in this order, in the folder of the stack's project. */
  commands: readonly string[];
  /** What to know before. */
  notes: readonly string[];
  /** Until what it names has happened, no command may be run on this stack, also for another finding. */
  mustWait?: true;
}

const DAY_S = 86_400;

/** Says how to fix findings. Knows the names that are taken, and those it has given. Pure. */
export class Remedies {
  readonly #names: Set<string>;
  /** Some things are said once. */
  #hinted = false;

  /** `usual`: region, project and endpoint where nothing else is said. */
  constructor(
    private readonly stacks: readonly StackRecord[],
    private readonly usual: Place,
  ) {
    const resources = stacks.flatMap((stack) => stack.resources);
    this.#names = new Set(
      resources.flatMap(({ name, disks }) => [name, ...disks.flatMap((disk) => disk.name ?? [])]),
    );
  }

  /** Ways to fix it; of several, one is to be chosen. Called once for each finding. */
  for(finding: Finding): Remedy[] {
    switch (finding.kind) {
      case "unowned-volume":
        return [this.#adopt(finding)];
      case "pending-operation":
        return [clearUp(finding)];
      case "pending-add":
        return [resume(finding)];
      case "gone-volume":
        return [forgetGone(finding)];
      case "owned-twice":
        return finding.holders.map((keeper) => leaveTo(keeper, finding));
    }
  }

  #adopt(unowned: Unowned): Remedy {
    const { volume, neighbours, reading } = unowned;
    const name = freeName(volume.volumeId, this.#names);
    this.#names.add(name);
    const inputs = adoptingInputs(volume);
    const notes = validateAttachment({ desktopId: reading.desktopId, ...inputs }).map(
      ({ property, reason }) => `It cannot be adopted as it is: ${property} ${reason}.`,
    );
    // A create that fails leaves no mark: the program may ask for this disk already.
    if (!this.#hinted && (unowned.ageSeconds ?? Infinity) < DAY_S) {
      this.#hinted = true;
      notes.push(
        "If a run was cut off or failed, a resource of the program may ask for this disk and have none: " +
          "set existingVolumeId and deletionProtection there instead. The same holds for all young disks.",
      );
    }
    const set = neighbours.find(({ kind }) => kind === "DesktopDataDisks");
    if (set !== undefined) {
      return {
        title: `adopt it: add to the disks of ${resourceInWords(set)}`,
        program:
          set.front === "plugin"
            ? [`${key(name)}:`, ...properties(inputs, "plugin")]
            : [`${key(name)}: {`, ...properties(inputs), "},"],
        commands: [pulumi(set.stack, "up")],
        notes,
      };
    }
    const { stack, front, provider } = this.#ownerToBe(unowned);
    const owner = stack === undefined ? "the stack that is to own it" : stackInWords(stack);
    const elsewhere = placeInputs(reading.place, { ...this.usual, ...provider?.place });
    if (front === "plugin" && stack !== undefined && Object.keys(elsewhere).length === 0) {
      return {
        title: `adopt it: import it into ${owner}`,
        program: [],
        commands: [importing(stack, name, reading.desktopId, volume.volumeId, provider)],
        notes: ["Before the next run, add to the program the lines that the command prints.", ...notes],
      };
    }
    const all = { desktopId: reading.desktopId, ...inputs, ...elsewhere };
    if (front === undefined) {
      const command = importing(stack, name, reading.desktopId, volume.volumeId);
      notes.push(
        `If the program uses the plugin, run this instead, and add the lines that it prints: ${command}`,
      );
    }
    return {
      title: `adopt it: add to the program of ${owner}`,
      program: front === "plugin" ? newYamlResource(name, all, provider) : newResource(name, all),
      commands: [pulumi(stack, "up")],
      notes,
    };
  }

  /** The stack that can adopt a volume, and how its resources reach the provider. */
  #ownerToBe({ neighbours, readBy }: Unowned): {
    stack?: StackRecord;
    front?: Front | undefined;
    provider?: ProviderRecord | undefined;
  } {
    const [first] = [...neighbours, ...readBy];
    if (first !== undefined) return first;
    const [stack, ...others] = this.stacks;
    if (stack === undefined || others.length > 0) return {};
    const [any] = [...stack.resources, ...stack.pending.map(({ resource }) => resource)];
    return { stack, front: any?.front };
  }
}

function clearUp({ pending, reading, mayHaveAdded }: PendingOperation): Remedy {
  const { operation, resource } = pending;
  const remedy = { title: "clear the interrupted operation", program: [], commands: [], notes: [] };
  if (resource.condemned) {
    const ids = resource.disks.map(({ volumeId }) => volumeId).join(", ");
    const notes = [`The next "pulumi up" deletes disk ${ids} with its data: another one has replaced it.`];
    return { ...remedy, title: "finish the replacement", commands: [pulumi(resource.stack, "up")], notes };
  }
  const wait = mustWait(reading);
  if (wait !== undefined) return { ...remedy, notes: [wait], mustWait: true };
  if (reading?.shown === "deleted") {
    const notes = ["The desktop was deleted: remove the resource from the program."];
    return { ...remedy, commands: [refresh(resource.stack, operation === "creating")], notes };
  }
  if (operation === "importing") {
    const notes = [`Then import it again: an import that was interrupted left nothing in the state.`];
    return { ...remedy, commands: [refresh(resource.stack)], notes };
  }
  const toAdd = resource.disks.filter(({ volumeId }) => volumeId === undefined);
  const missing = toAdd.length - mayHaveAdded.length;
  const [are, them] = missing === 1 ? ["is", "it"] : ["are", "them"];
  const added = `${counted(missing, "disk")} that it was to add ${are} not on the desktop: "pulumi up" adds ${them}.`;
  return {
    ...remedy,
    program: mayHaveAdded.flatMap(({ unowned, disk }) => intoInputs(unowned.volume, resource, disk)),
    commands: operation === "deleting" ? [refresh(resource.stack)] : goOn(pending),
    notes: missing > 0 ? [added] : [],
  };
}

function resume({ resource, reading, mayHaveAdded }: PendingAdds): Remedy {
  const remedy = { title: "finish the add", program: [], commands: [], notes: [] };
  const wait = mustWait(reading);
  if (wait !== undefined) return { ...remedy, notes: [wait], mustWait: true };
  if (reading?.shown === "deleted") {
    const notes = ["The desktop was deleted: remove the resource from the program."];
    return { ...remedy, commands: [refresh(resource.stack)], notes };
  }
  const looks = `The next "pulumi up" looks for the disk before it adds another one.`;
  const choose =
    "If it cannot tell which disk it is, it lists the candidates: set existingVolumeId to the right one.";
  const notes = mayHaveAdded.length === 0 ? [looks] : [looks, choose];
  return { ...remedy, commands: [pulumi(resource.stack, "up")], notes };
}

/** Why nothing can be said yet. */
function mustWait(reading: PendingOperation["reading"]): string | undefined {
  if (reading === undefined || reading.shown === "unreadable") {
    return "The desktop could not be read (see the errors): fix that and run this again.";
  }
  return reading.busy
    ? "A job may be running on the desktop: wait until it has ended, then run this again."
    : undefined;
}

function forgetGone({ resource, disks, withDesktop, shownBy }: Gone): Remedy {
  const [is, it, one] = disks.length === 1 ? ["is", "it", "one"] : ["are", "them", "ones"];
  const again = `What ${is} still in the program is added anew and empty by the next "pulumi up": remove ${it} unless you want new ${one}.`;
  const deleted = "The desktop was deleted, and its disks with it: remove the resource from the program.";
  const moved = `Desktop ${shownBy?.desktopId ?? ""} has ${it} now: after the refresh, run this again to see how to adopt ${it} there.`;
  return {
    title: `remove ${it} from the state`,
    program: [],
    commands: [refresh(resource.stack)],
    notes: [withDesktop ? deleted : again, ...(shownBy === undefined ? [] : [moved])],
  };
}

function leaveTo(keeper: Holder, { volumeId, holders }: OwnedTwice): Remedy {
  const others = holders.filter(({ resource }) => resource !== keeper.resource);
  return {
    title: `let ${holderInWords(keeper)} keep it`,
    program: others.flatMap(({ resource }) => adoptTheRest(resource, volumeId)),
    commands: others.flatMap(({ resource }) => [
      forget(resource),
      ...(resource.disks.length > 1 ? [pulumi(resource.stack, "up")] : []),
    ]),
    notes: others.map(
      (other) =>
        `Remove ${holderInWords(other)} from the program after "pulumi state delete" and before any "pulumi up". ` +
        `An earlier "pulumi up" may delete the disk with its data; a later one adds a new disk.`,
    ),
  };
}

/** A `DesktopDataDisks` leaves the state as a whole: its other disks are adopted again. */
function adoptTheRest(resource: ResourceRecord, without: string): string[] {
  return resource.disks.flatMap((disk) =>
    disk.volumeId === undefined || disk.volumeId === without ? [] : adopting(disk.volumeId, resource, disk),
  );
}

/** The inputs with which the provider adopts a volume as it is, and does not delete it until they are changed. */
function adoptingInputs(volume: Volume): object {
  const { type, size, iops, throughput, kmsId, volumeId } = volume;
  const speed = type === QOS_TYPE ? { iops, throughput } : {};
  const inputs = { type, size, ...speed, kmsId, existingVolumeId: volumeId, deletionProtection: true };
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

/** The inputs for a place, as far as settings lead elsewhere. */
function placeInputs(place: Place, usual: Place): Partial<Place> {
  return Object.fromEntries(
    (["region", "projectId", "endpoint"] as const)
      .filter((property) => place[property] !== undefined && place[property] !== usual[property])
      .map((property) => [property, place[property]]),
  );
}

/** A resource of its own in a program in TypeScript. */
function newResource(name: string, inputs: object): string[] {
  return [`new DataDiskAttachment(${JSON.stringify(name)}, {`, ...properties(inputs), "});"];
}

/** The same in YAML, the words in which a program of any language has it. */
function newYamlResource(name: string, inputs: object, provider: ProviderRecord | undefined): string[] {
  return [
    `${key(name)}:`,
    "  type: huaweicloud-workspace:DataDiskAttachment",
    "  properties:",
    ...properties(inputs, "plugin").map((line) => `  ${line}`),
    ...(isExplicit(provider) ? ["  options:", `    provider: \${${provider.name}}`] : []),
  ];
}

/** The command that writes a disk into the state as it is, and prints the lines for the program. */
function importing(
  stack: StackRecord | undefined,
  name: string,
  desktopId: string,
  volumeId: string,
  provider?: ProviderRecord,
): string {
  const kind: Kind = "DataDiskAttachment";
  const by = isExplicit(provider) ? ["--provider", `${provider.name}=${provider.urn}`] : [];
  return pulumi(
    stack,
    "import",
    `huaweicloud-workspace:index:${kind}`,
    name,
    `${desktopId}/${volumeId}`,
    ...by,
  );
}

/** Whether the program has the provider resource. */
function isExplicit(provider: ProviderRecord | undefined): provider is ProviderRecord {
  return !isDefaultProvider(provider?.name);
}

/** What to write into the inputs of an interrupted operation. Nothing, where they say it already or the provider looks for the disk itself. */
function intoInputs({ volumeId }: Volume, resource: ResourceRecord, disk: Disk): string[] {
  if (disk.wanted.existingVolumeId !== undefined || disk.pendingAdd !== undefined) return [];
  return adopting(volumeId, resource, disk);
}

/** What makes a disk that is in the program already adopt its volume. */
function adopting(
  volumeId: string,
  { kind, name, front }: ResourceRecord,
  { name: own, wanted }: Disk,
): string[] {
  const within = own === undefined ? "" : `disks[${JSON.stringify(own)}] of `;
  const [comment, end] = front === "plugin" ? ["#", ""] : ["//", ","];
  return [
    `${comment} in ${within}${kind} ${JSON.stringify(name)}:`,
    `existingVolumeId: ${JSON.stringify(volumeId)}${end}`,
    ...(wanted.deletionProtection !== undefined || wanted.deletionPolicy !== undefined
      ? []
      : [`deletionProtection: true${end} ${comment} or false: then deleting the resource destroys the disk`]),
  ];
}

/** A name that none of them has: short where that is possible. */
function freeName(volumeId: string, taken: ReadonlySet<string>): string {
  const short = `disk-${volumeId.slice(0, 8)}`;
  return taken.has(short) ? `disk-${volumeId}` : short;
}

function properties(values: object, front: Front = "dynamic"): string[] {
  const end = front === "plugin" ? "" : ",";
  return Object.entries(values).map(([name, value]) => `  ${key(name)}: ${JSON.stringify(value)}${end}`);
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** After the program says what is to be adopted. */
function goOn({ operation, resource }: PendingRecord): string[] {
  return [refresh(resource.stack, operation === "creating"), pulumi(resource.stack, "up")];
}

/** A command of the Pulumi CLI for this stack, as it is typed into a shell. */
function pulumi(stack: StackRecord | undefined, ...args: readonly string[]): string {
  const named = stack?.source.cli ?? (stack?.stack === undefined ? [] : ["--stack", stack.stack]);
  return ["pulumi", ...args, ...named].map(quoted).join(" ");
}

const CLEAR = "--clear-pending-creates";

/** Reads every resource; `alsoCreates`: and clears the marks of interrupted creates. */
function refresh(stack: StackRecord, alsoCreates = false): string {
  return pulumi(stack, "refresh", "--yes", ...(alsoCreates ? [CLEAR] : []));
}

/** Removes a resource from the state; the disk stays. */
function forget({ stack, urn, protect }: ResourceRecord): string {
  return pulumi(stack, "state", "delete", urn, "--yes", ...(protect ? ["--force"] : []));
}

/** Whether a command of a remedy is for all resources of its stack: it must come after the program has every line. */
export function isForWholeStack(command: string): boolean {
  return /^pulumi (?:refresh|up) /.test(`${command} `);
}

/** Of several remedies together: each command once; a refresh comes first, and clears interrupted creates if any needs that. */
export function together(commands: readonly string[]): string[] {
  const [refreshes, others] = [
    commands.filter((one) => one.startsWith("pulumi refresh ")),
    commands.filter((one) => !one.startsWith("pulumi refresh ")),
  ];
  const clearing = refreshes.filter((one) => one.includes(CLEAR));
  const plain = refreshes.filter((one) => !clearing.some((clear) => clear.replace(` ${CLEAR}`, "") === one));
  return [...new Set([...clearing, ...plain, ...others])];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `1 disk`, `2 disks` */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `stack dev of project infra`; for a state without any resource, where it came from. */
export function stackInWords({ stack, project, source }: StackRecord): string {
  return stack === undefined ? source.label : `stack ${stack} of project ${project ?? "?"}`;
}

/** `DataDiskAttachment "data" (stack dev of project infra)` */
export function resourceInWords(resource: ResourceRecord): string {
  return `${resource.kind} "${resource.name}" (${stackInWords(resource.stack)})`;
}

/** As `resourceInWords`, with the disk's own name where it has one. */
export function holderInWords({ resource, disk }: Holder): string {
  const within = disk.name === undefined ? "" : `"${disk.name}" of `;
  return within + resourceInWords(resource);
}
