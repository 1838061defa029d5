/** What programs of every language need to reach the plugin: it on PATH, and SDKs that fit the present schema. */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { type Language, schemaFile, schemaText, sdkFolder } from "../../scripts/sdks";
import { assertFresh, pluginBuild } from "../engine/freshness";

/** The environment of programs that use the plugin. Throws where it is older than its sources. */
export function pluginEnvironment(): NodeJS.ProcessEnv {
  assertFresh(pluginBuild);
  const folder = dirname(join(repositoryRoot, pluginBuild.output));
  return { PATH: [folder, process.env.PATH].join(delimiter) };
}

/** Throws unless the SDK of this language was made from the present schema. */
export function assertSdk(language: Language): void {
  const isFresh =
    existsSync(sdkFolder(language)) &&
    existsSync(schemaFile) &&
    readFileSync(schemaFile, "utf8") === schemaText();
  if (!isFresh) {
    throw new Error(
      `the SDK for ${language} is missing or older: run "npm run sdks" first ("npm test" does)`,
    );
  }
}
