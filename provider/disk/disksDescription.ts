import type { DisksInputs } from "./disksInputs";
import { type DisksPlan, of, type Old } from "./disksPlan";
import type { DiskInputs } from "./inputs";
import { isUnknown } from "./unknown";

/** What happens to which disk, one line each, for the preview. */
export function describePlan(old: Old, wanted: DisksInputs, plan: DisksPlan): string[] {
  const before = old.disks ?? {};
  const renamed = new Map(plan.rename.map(({ from, to }) => [to, from]));
  const known = (name: string) => of(before, renamed.get(name) ?? name);
  const id = (name: string) => known(name)?.volumeId ?? "of unknown id";
  const whole = plan.replaces.length > 0;
  const remove = whole ? Object.keys(before) : plan.remove;
  const add = whole ? Object.keys(wanted.disks) : plan.add;
  const lines = [
    ...remove.map((name) => {
      const replaced = add.includes(name) ? ", to be replaced" : "";
      return `- ${name}: disk ${id(name)} is DELETED with its data${replaced}`;
    }),
    ...add.map((name) => `+ ${name}: ${describeAdd(of(wanted.disks, name))}`),
  ];
  if (whole) return lines;
  return [
    ...lines,
    ...plan.rename.map(({ from, to }) => `~ ${to}: disk ${id(from)} keeps its data, its name was ${from}`),
    ...plan.change.flatMap(({ name, plan: { grow, qos } }) => [
      ...(grow === undefined
        ? []
        : [`~ ${name}: disk ${id(name)} grows from ${known(name)?.size ?? "?"} to ${shown(grow)} GB`]),
      ...(qos === undefined
        ? []
        : [`~ ${name}: disk ${id(name)} gets ${shown(qos.iops)} IOPS, ${shown(qos.throughput)} MiB/s`]),
    ]),
  ];
}

function describeAdd(entry: DiskInputs | undefined): string {
  if (entry === undefined || isUnknown(entry)) return "a disk is added (not known yet)";
  const kind = `${shown(entry.type)}, ${shown(entry.size)} GB`;
  const existing = entry.existingVolumeId ?? undefined;
  return existing === undefined
    ? `a disk is added (${kind})`
    : `disk ${shown(existing)} is taken over (${kind})`;
}

function shown(value: string | number): string {
  return isUnknown(value) ? "(not known yet)" : String(value);
}
