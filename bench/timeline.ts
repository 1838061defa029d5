/** Draws teardowns as plain SVG: desktops down, time across. */
import type { LoggedRequest } from "huaweicloud-workspace-emulator";

/** One teardown. */
export interface Panel {
  readonly title: string;
  /** When it began, ms since 1970. */
  readonly began: number;
  readonly ms: number;
  readonly jobMs: number;
  readonly requests: readonly LoggedRequest[];
}

/** What happened on one desktop, in ms since the start. */
export interface Row {
  readonly desktop: string;
  readonly jobs: readonly (readonly [from: number, to: number])[];
  readonly conflicts: readonly number[];
}

const WIDTH = 900;
const LEFT = 60;
const ROW = 14;
const HEAD = 42;
const FOOT = 30;

/** The batch-deletes of a teardown by desktop: those taken on are jobs, those refused with 409 conflicts. */
export function rowsOf({ began, jobMs, requests }: Panel): Row[] {
  const rows = new Map<string, { jobs: [number, number][]; conflicts: number[] }>();
  for (const { path, status, time } of requests) {
    const desktop = /\/desktops\/([^/]+)\/volumes\/batch-delete$/.exec(path)?.[1];
    if (desktop === undefined) continue;
    const row = rows.get(desktop) ?? { jobs: [], conflicts: [] };
    rows.set(desktop, row);
    const at = time - began;
    if (status === 200) row.jobs.push([at, at + jobMs]);
    else if (status === 409) row.conflicts.push(at);
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([desktop, row]) => ({ desktop, ...row }));
}

/** All panels on one scale of time. */
export function timeline(panels: readonly Panel[]): string {
  const longest = Math.max(...panels.map(({ ms }) => ms));
  const x = (ms: number) => (LEFT + (ms / longest) * (WIDTH - LEFT - 20)).toFixed(1);
  const parts: string[] = [];
  let top = 0;
  for (const panel of panels) {
    const rows = rowsOf(panel);
    const bottom = top + HEAD + rows.length * ROW;
    const conflicts = rows.reduce((sum, row) => sum + row.conflicts.length, 0);
    const jobs = rows.reduce((sum, row) => sum + row.jobs.length, 0);
    const seconds = (panel.ms / 1000).toFixed(1);
    parts.push(
      `<text x="${LEFT}" y="${top + 24}" class="title">${panel.title}: ${seconds} s, ${panel.requests.length} calls, ${jobs} jobs, ${conflicts} conflicts</text>`,
    );
    rows.forEach(({ jobs: bars, conflicts: ticks, desktop }, index) => {
      const y = top + HEAD + index * ROW;
      const last = Math.max(0, ...bars.map(([, to]) => to));
      parts.push(
        `<text x="${LEFT - 8}" y="${y + 9}" class="name">${Number(desktop.slice(-12)) || desktop}</text>`,
      );
      parts.push(`<line x1="${x(0)}" y1="${y + 5}" x2="${x(last)}" y2="${y + 5}" class="wait"/>`);
      for (const [from, to] of bars) {
        parts.push(
          `<rect x="${x(from)}" y="${y + 1}" width="${(Number(x(to)) - Number(x(from)) - 0.5).toFixed(1)}" height="8" class="job"/>`,
        );
      }
      for (const at of ticks)
        parts.push(`<line x1="${x(at)}" y1="${y}" x2="${x(at)}" y2="${y + 10}" class="conflict"/>`);
    });
    parts.push(
      `<line x1="${x(panel.ms)}" y1="${top + HEAD - 4}" x2="${x(panel.ms)}" y2="${bottom}" class="end"/>`,
    );
    top = bottom + 12;
  }
  const step = longest > 60_000 ? 10_000 : 5_000;
  for (let at = 0; at <= longest; at += step) {
    parts.push(`<text x="${x(at)}" y="${top + 12}" class="tick">${at / 1000} s</text>`);
  }
  const height = top + FOOT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Timeline of a teardown">
<style>
text { font: 11px sans-serif; fill: #333 } .title { font-weight: bold; font-size: 13px } .name { text-anchor: end }
.tick { text-anchor: middle } .job { fill: #2f7d5b } .wait { stroke: #bbb } .conflict { stroke: #c62828; stroke-width: 0.6 } .end { stroke: #333; stroke-dasharray: 3 2 }
</style>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
<text x="${LEFT}" y="${height - 4}">green: a job of the service; grey: waiting; red: a request refused with 409; dashed: the run has ended</text>
</svg>
`;
}
