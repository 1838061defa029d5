/** The table of all settings in docs/credentials.md. */
import { settings } from "../provider/auth/settings";
import type { Setting } from "../provider/auth/settings";

const begin = `<!-- settings: made by "npm run docs:settings" -->`;
const end = "<!-- end of settings -->";

/** The page that holds the table, from the root of the repository. */
export const settingsPage = "docs/credentials.md";

/** The table as Markdown, its columns aligned as the formatter of this repository wants them. */
export function settingsTable(all: Readonly<Record<string, Setting>> = settings): string {
  const rows = Object.entries(all).map(([name, { env, meaning, secret }]) => [
    `\`${name}\``,
    env.map((variable) => `\`${variable}\``).join(", "),
    secret ? `${meaning} Secret.` : meaning,
  ]);
  const table = [["setting", "environment", "meaning"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return lines.join("\n");
}

/** The page with the table of today. Throws if the page has lost the comments around it. */
export function withSettings(page: string, table = settingsTable()): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${settingsPage} must hold "${begin}" and "${end}"`);
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`;
}
