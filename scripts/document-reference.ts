/** Writes docs/reference.md from the sources. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { referencePage, referenceText } from "./reference/page";
import { repositoryRoot } from "./repository";

writeFileSync(join(repositoryRoot, referencePage), referenceText());
