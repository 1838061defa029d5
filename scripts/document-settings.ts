/** Writes the table of all settings into docs/credentials.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./repository";
import { settingsPage, withSettings } from "./settings-table";

const file = join(repositoryRoot, settingsPage);
writeFileSync(file, withSettings(readFileSync(file, "utf8")));
