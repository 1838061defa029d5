/** Turns what was measured into a page. */
import type { AccountRow } from "./account";
import type { GrowthRow } from "./growth";
import type { IdleResult } from "./idle";
import type { NoticeRow } from "./notice";
import type { StartResult } from "./start-up";
import { type Figure, shortly, shown } from "./statistics";
import type { TeardownRow } from "./teardown";
import type { TerraformRow } from "./terraform";

/** Everything of one run of the bench; what was not measured is absent. */
export interface Results {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly teardown?: readonly TeardownRow[];
  readonly terraform?: readonly TerraformRow[];
  readonly notice?: readonly NoticeRow[];
  readonly growth?: readonly GrowthRow[];
  readonly idle?: IdleResult;
  readonly startUp?: StartResult;
  readonly account?: readonly AccountRow[];
}

const SECOND = 1 / 1000;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

const ratio = (a: Figure, b: Figure | undefined) =>
  b === undefined || b.median === 0 ? "–" : `${shortly(a.median / b.median)} ×`;

function verdict(holds: boolean): string {
  return holds ? "held" : "**missed**";
}

function teardownPart(rows: readonly TeardownRow[]): string {
  const find = (start: string, end = "") =>
    rows.find(({ name }) => name.startsWith(start) && name.endsWith(end));
  const floorOf = (name: string) =>
    find(name.startsWith("DesktopDataDisks") ? "floor: 10 " : "floor: 100 ")?.destroy;
  const cells = rows.map(({ name, up, destroy, calls, conflicts, stateBytes, left }) => {
    const other = find(
      "one call a disk",
      name.endsWith("default parallelism") ? "default parallelism" : "100",
    );
    return [
      name,
      shown(up, SECOND),
      shown(destroy, SECOND),
      ratio(destroy, other?.destroy),
      ratio(destroy, floorOf(name)),
      shown(calls),
      shown(conflicts),
      shown(stateBytes, 1 / 1024),
      shown(left),
    ];
  });
  const ours = find("DataDiskAttachment", "100");
  const floor = floorOf("");
  const goal =
    ours === undefined || floor === undefined
      ? ""
      : `\n\nGoal, a teardown of attachments at parallelism 100 within 10 % of the floor: ${verdict(ours.destroy.median <= floor.median * 1.1)} (${ratio(ours.destroy, floor)}).`;
  return `## Ten desktops with ten disks each, jobs of 5 seconds

Made and torn down by the real engine; times in seconds, state in kB. The floor is the time of one job and of a run with as many resources that do nothing.

${table(["", "up", "destroy", "to one call a disk", "to the floor", "calls", "409s", "state", "disks left"], cells)}${goal}

![Timeline of the teardowns](timeline.svg)`;
}

/** The table of the README, out of the same run. */
export function readmeTable(rows: readonly TeardownRow[]): string {
  const cells = rows
    .filter(({ name }) => !name.startsWith("floor"))
    .map(({ name, up, destroy, calls, conflicts, left }) => [
      name,
      ...[up, destroy].map(({ median }) => `${shortly(median * SECOND)} s`),
      ...[calls, conflicts, left].map(({ median }) => shortly(median)),
    ]);
  return table(["", "up", "destroy", "calls", "409s", "disks left"], cells);
}

function terraformPart(rows: readonly TerraformRow[]): string {
  const ours = rows.find(({ name }) => !name.startsWith("Terraform"));
  const cells = rows.map(({ name, time, calls, conflicts, left, good }) => [
    name,
    shown(time, SECOND),
    ours === undefined ? "–" : ratio(time, ours.time),
    ...[calls, conflicts, left].map((count) => shown(count)),
    `${good} of ${time.runs}`,
  ]);
  return `## Beside the Terraform provider

The same hundred disks, deleted only. In Terraform that is an action, \`huaweicloud_workspace_desktop_volume_batch_delete\`, which is given a desktop and the ids of its disks; with Terraform's own parallelism of ten.

${table(["", "time", "to ours", "calls", "409s", "disks left", "ended well"], cells)}`;
}

function noticePart(rows: readonly NoticeRow[]): string {
  const cells = rows.map(({ jobMs, after, p95, p95Share, looks }) => [
    `${jobMs / 1000} s`,
    shown(after, SECOND),
    shortly(p95 / 1000),
    `${shortly(p95Share * 100)} %`,
    shown(looks),
  ]);
  const held = rows.every(({ p95, p95Share }) => p95Share <= 0.1 || p95 <= 250);
  return `## How long after its end a job is noticed

One disk of an idle desktop is deleted, by jobs of this length and up to a quarter longer; the clock is moved by hand, so the round trip takes no time. Seconds from the end of the job to the end of the delete, which reads the desktop once more.

${table(["job", "after its end", "95 %", "of the job's time", "looks at the job"], cells)}

Goal, a tenth of the job's time (but no less than the quarter of a second between two looks): ${verdict(held)}.`;
}

function growthPart(rows: readonly GrowthRow[]): string {
  const cells = rows.map((row) => [
    row.what,
    ...[row.disks, row.desktops].map(String),
    shortly(row.upMs / 1000),
    shortly(row.destroyMs / 1000),
    ...[row.adds, row.deletes, row.statusCalls, row.calls, row.conflicts].map(String),
  ]);
  return `## Growth

Up and destroy, parallelism as large as the stack, jobs of 1 second; one run each. Through the provider alone all requests come at once, and the time is that of a clock moved by hand, with the limit of 20 requests a second in force: it is what that limit allows.

${table(["", "disks", "desktops", "up, s", "destroy, s", "adds", "batch-deletes", "job looks", "calls", "409s"], cells)}`;
}

function idlePart({ resources, rows, memory, stateBytes }: IdleResult): string {
  const cells = rows.map(({ what, ours, smallest, sameShape, calls }) => [
    what,
    ...[ours, smallest, sameShape].map((taken) => shown(taken, SECOND)),
    ratio(ours, smallest),
    ratio(ours, sameShape),
    shown(calls),
  ]);
  const of = (name: string) => rows.find(({ what }) => what === name);
  const preview = of("preview");
  const refresh = of("refresh");
  const more = memory.ours.most - memory.smallest.most;
  return `## ${resources} disks at rest

A preview without changes and a refresh, in turn with two kinds of dynamic resources that do nothing: the smallest possible, without any input or output and with a provider that can only create, and one of the shape of an attachment, with its inputs and outputs and a provider with every method. Seconds.

${table(["", "ours", "smallest", "same shape", "to the smallest", "to the same shape", "calls"], cells)}

- Goal, preview no slower than the spread between runs of the smallest: ${verdict(preview !== undefined && preview.ours.median <= preview.smallest.most)}.
- Goal, refresh within 15 % of the smallest: ${verdict(refresh !== undefined && refresh.ours.median <= refresh.smallest.median * 1.15)}.
- Memory of the provider process at its peak, over up, preview, refresh and destroy: ${shortly(memory.ours.most)} MB, with the smallest ${shortly(memory.smallest.most)} MB, with the same shape ${shortly(memory.sameShape.most)} MB. Goal, under 40 MB more than the smallest: ${verdict(more < 40)} (${shortly(more)} MB).
- State: ${stateBytes.ours} bytes a disk, with the smallest ${stateBytes.smallest}, with the same shape ${stateBytes.sameShape}.`;
}

function startPart({ ours, empty, emulator, requestsPerSecond }: StartResult): string {
  const more = ours.median - empty.median;
  return `## Starting

- Provider process, from its start to its first answer: ${shown(ours)} ms, with an empty provider ${shown(empty)} ms. Goal, under 100 ms more: ${verdict(more < 100)} (${shortly(more)} ms).
- Emulator, from the start of its process to its first answer: ${shown(emulator)} ms. It answers ${shown(requestsPerSecond)} requests a second, 16 at a time, to a client on the same machine.`;
}

function accountPart(rows: readonly AccountRow[]): string {
  const cells = rows.map(({ processes, ms, spread, calls, refused, errors, left }) => [
    String(processes),
    shown(ms, SECOND),
    ratio(ms, rows[0]?.ms),
    shown(spread),
    shown(calls),
    shown(refused),
    shown(errors),
    shown(left),
  ]);
  const one = rows.find(({ processes }) => processes === 1);
  const many = rows.find(({ processes }) => processes > 1);
  const goals =
    one === undefined || many === undefined
      ? []
      : [
          `one process in 60 s: ${verdict(one.ms.median <= 60_000)}`,
          `eight in 1.15 times of that: ${verdict(many.ms.median <= one.ms.median * 1.15)}`,
          `the slowest of eight in 1.2 times of the fastest: ${verdict(many.spread.median <= 1.2)}`,
          `5 % of the calls refused at most: ${verdict(many.refused.median <= many.calls.median * 0.05)}`,
        ];
  return `## Several runs on one account

Two disks on each of 200 desktops, added and deleted by the provider alone; jobs of 1 second, and an account that takes 10 requests a second. The desktops are divided between so many processes, which know nothing of each other and begin at the same time.

${table(["processes", "until the last has ended, s", "to one process", "slowest to fastest", "calls", "refused", "errors", "disks left"], cells)}

${goals.map((goal) => `- Goal, ${goal}.`).join("\n")}`;
}

/** The page; \`explained\` is what people wrote about it. */
export function report(results: Results, explained = ""): string {
  const { date, machine, versions, rounds } = results;
  const parts = [
    `# What it costs

Written by \`npm run bench\`; the same figures as JSON are in [RESULTS.json](RESULTS.json). Everything on this page is from one run on the emulator, so compare the columns, not the seconds. A figure is the median, with the least and the most in brackets.

- ${date.slice(0, 10)}, ${machine}
- ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}
- ${rounds} rounds`,
    ...(results.teardown === undefined ? [] : [teardownPart(results.teardown)]),
    ...(results.terraform === undefined ? [] : [terraformPart(results.terraform)]),
    ...(results.notice === undefined ? [] : [noticePart(results.notice)]),
    ...(results.growth === undefined ? [] : [growthPart(results.growth)]),
    ...(results.idle === undefined ? [] : [idlePart(results.idle)]),
    ...(results.startUp === undefined ? [] : [startPart(results.startUp)]),
    ...(results.account === undefined ? [] : [accountPart(results.account)]),
    ...(explained === "" ? [] : [explained.trim()]),
  ];
  return parts.join("\n\n") + "\n";
}
