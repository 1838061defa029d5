/** Looks for secrets in what was written. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Texts by the place where they were found. */
export type Written = Readonly<Record<string, string>>;

/** A secret as it is, and as it looks where somebody has packed it. */
function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  ];
}

/** Where a secret shows: `place: …what stands around it…`. Empty: nowhere. */
export function findSecrets(written: Written, secrets: Iterable<string>): string[] {
  const found: string[] = [];
  for (const secret of secrets) {
    if (secret.length < 8) throw new Error(`"${secret}" is too short to be looked for`);
    for (const [place, text] of Object.entries(written)) {
      const form = formsOf(secret).find((candidate) => text.includes(candidate));
      if (form === undefined) continue;
      const at = text.indexOf(form);
      found.push(`${place}: …${text.slice(Math.max(0, at - 80), at + form.length + 20)}…`);
    }
  }
  return found;
}

/** Every file below a folder. */
export function filesBelow(folder: string): Written {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile());
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}
