/**
 * What publint and arethetypeswrong have to say of a tarball, as a JSON array
 * of lines:
 *
 *     node scripts/installation/soundness.mjs TARBALL
 *
 * Plain JavaScript, run as a process of its own: both are ES modules, which
 * jest cannot load.
 */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const bytes = new Uint8Array(readFileSync(process.argv[2] ?? ""));

const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
const { types, problems = [] } = await checkPackage(createPackageFromTarballData(bytes));

console.log(
  JSON.stringify([
    ...messages.map((message) => `publint, ${message.type}: ${formatMessage(message, pkg)}`),
    ...(types === false ? ["arethetypeswrong: there are no types"] : []),
    ...problems.map((problem) => `arethetypeswrong: ${JSON.stringify(problem)}`),
  ]),
);
