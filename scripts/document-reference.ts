/** Writes docs/reference.md and sdk/types.ts from the tables of the core. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { referencePage, referenceText } from "./reference/page";
import { typesFile, typesText } from "./reference/types";
import { repositoryRoot } from "./repository";

writeFileSync(join(repositoryRoot, typesFile), typesText());
writeFileSync(join(repositoryRoot, referencePage), referenceText());
