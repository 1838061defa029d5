/** The table of all settings in docs/credentials.md. */
import { settings } from "../provider/core/auth/settings";
import type { Setting } from "../provider/core/auth/settings";
import { markdownTable } from "./markdown-table";

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
  return markdownTable([["setting", "environment", "meaning"], ...rows]);
}

/** The page with the table of today. Throws if the page has lost the comments around it. */
export function withSettings(page: string, table = settingsTable()): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${settingsPage} must hold "${begin}" and "${end}"`);
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`;
}
