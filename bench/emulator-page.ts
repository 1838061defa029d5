/** The emulator beside moto, as a page of its own. */
import { type Figure, shortly, shown } from "./statistics";

/** So many requests at a time. */
export const WORKERS = 16;

/** What came out for one server. */
export interface ServerRow {
  readonly name: string;
  /** From the start of the process to its first answer, in ms. */
  readonly start: Figure;
  /** Requests a second. */
  readonly read: Figure;
  readonly list: Figure;
  readonly grow: Figure;
}

export interface ServerResults {
  readonly rows: readonly ServerRow[];
  /** Why moto is not among them. */
  readonly missing?: string;
}

const LINES = [
  ["start", "start to first answer, ms", "", ""],
  ["read", "one disk, requests a second", "ShowDesktopDetail", "DescribeVolumes with an id"],
  ["list", "a hundred disks, requests a second", "ListDesktopsDetail", "DescribeVolumes"],
  ["grow", "a larger disk, requests a second", "ExpandDesktopVolume", "ModifyVolume"],
] as const;

/** The page. */
export function emulatorPage({
  date,
  machine,
  rows,
  missing,
}: ServerResults & { date: string; machine: string }): string {
  const other = rows.find(({ name }) => name === "moto");
  const cells = LINES.map(([key, what, ours, theirs]) => {
    const ratio = (row: ServerRow) =>
      other === undefined || row === other ? "" : `, ${shortly(row[key].median / other[key].median)} ×`;
    const calls = [ours, ...(other ? [theirs] : [])].filter((call) => call !== "");
    return [
      [what, ...(calls.length > 0 ? [`(${calls.join("; ")})`] : [])].join(" "),
      ...rows.map((row) => `${shown(row[key])}${ratio(row)}`),
    ];
  });
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  const head = ["", ...rows.map(({ name }) => name)];
  const table = [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...cells.map(line)];
  const beside =
    missing === undefined
      ? "`×` is the ratio to moto's server, which emulates services of another cloud; the calls are those that do about the same. moto checks no credentials; the emulator checks a token."
      : `moto's server is missing here. ${missing}`;
  return `# The emulator's speed

Written by \`npm run bench -- --only emulator\`. Each server is a process of its own on the same machine, with a hundred disks, and is asked by one client, ${WORKERS} requests at a time. They take turns, so compare the columns, not the figures. A figure is the median, with the least and the most in brackets.

- ${date.slice(0, 10)}, ${machine}
- ${rows[0]?.start.runs ?? 0} rounds

${table.join("\n")}

${beside}
`;
}
