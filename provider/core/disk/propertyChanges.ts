import { UNKNOWN } from "../host";
import { type Kind, type SetInputs, SHARED_NAMES } from "./inputs";
import type { Plan, Step } from "./plan";
import type { DiskState, SetState } from "./state";

/** One property that an update would change, for a front that can show it. */
export interface PropertyChange {
  /** From the resource down to the property: `["disks", "data", "size"]`. */
  readonly path: readonly string[];
  readonly is: "add" | "update" | "delete";
  /** The resource is replaced because of it. */
  readonly replaces: boolean;
}

/**
 * What a plan changes, property by property: state against program. Empty where
 * the reason is not a property, such as an operation that failed half-way. Pure.
 */
export function propertyChanges(old: SetState, wanted: SetInputs, plan: Plan, kind: Kind): PropertyChange[] {
  const changes = new Map<string, PropertyChange>();
  const add = (path: readonly string[], is: PropertyChange["is"], replaces = false) => {
    const key = JSON.stringify(path);
    if (!changes.has(key)) changes.set(key, { path, is, replaces });
  };
  const compare = (path: readonly string[], before: unknown, now: unknown) => {
    if (before !== now) add(path, before === undefined ? "add" : now === undefined ? "delete" : "update");
  };
  for (const property of plan.replaces) {
    const isNew = property === "kmsId" && ![...old.disks.values()].some(({ kmsId }) => kmsId !== undefined);
    add([property], isNew ? "add" : "update", true);
  }
  for (const key of ["profile", "iamEndpoint"] as const) compare([key], old.place[key], wanted.place[key]);
  const { endpoint } = wanted.place;
  if (endpoint !== undefined) compare(["endpoint"], old.place.endpoint, endpoint);
  const saidForAll = SHARED_NAMES.filter(
    (key) => (old.shared[key] ?? false) !== (wanted.shared[key] ?? false),
  );
  for (const key of saidForAll) compare([key], old.shared[key], wanted.shared[key]);
  if (wanted.disks === UNKNOWN) add(["disks"], "update");
  for (const step of plan.steps) {
    const path = kind === "DataDiskAttachment" ? [] : ["disks", step.name];
    if (step.is === "keep") compareKept(step, path);
    else if (path.length > 0) compareEntry(step, path);
  }
  return [...changes.values()];

  function compareKept({ name, from, disk, grow, qos }: Extract<Step, { is: "keep" }>, path: string[]) {
    if (from !== name) {
      add(["disks", from], "delete");
      add(path, "add");
      return;
    }
    const entry = wanted.disks === UNKNOWN ? undefined : wanted.disks.get(name);
    if (entry === UNKNOWN) add(path, "update");
    if (grow !== undefined) compare([...path, "size"], disk.size, grow);
    if (qos !== undefined) {
      compare([...path, "iops"], disk.iops, qos.iops);
      compare([...path, "throughput"], disk.throughput, qos.throughput);
    }
    if (entry === undefined || entry === UNKNOWN) return;
    for (const key of SHARED_NAMES) {
      // What is said once for all disks is shown once.
      if (saidForAll.includes(key) || (disk[key] ?? false) === (entry[key] ?? false)) continue;
      compare([...path, key], disk[key], entry[key]);
    }
  }

  function compareEntry(step: Exclude<Step, { is: "keep" }>, path: string[]) {
    const before = old.disks.get(step.name);
    if (step.is === "add" && before !== undefined) compareReplaced(before, step, path);
    else if (step.is === "add" || step.is === "adopt") add(path, "add");
    else if (step.is !== "settle" && !step.replaced) add(path, "delete");
  }

  function compareReplaced(before: DiskState, step: Extract<Step, { is: "add" }>, path: string[]) {
    if (step.wanted === UNKNOWN) return;
    for (const key of ["type", "kmsId", "size"] as const) {
      if (step.wanted[key] !== undefined) compare([...path, key], before[key], step.wanted[key]);
    }
  }
}
