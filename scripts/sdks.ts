/**
 * Writes the package schema and the SDKs of the plugin to `build/sdks`, with
 * Pulumi's own generators, and compiles each with what is at hand:
 *
 *     npm run sdks [-- nodejs python go java dotnet]
 */
import { describeSteps, runSteps } from "./steps";
import { generated, languages, sdkSteps } from "./sdks/steps";

const log = (line: string): void => {
  console.log(line);
};

runSteps(sdkSteps(process.argv.slice(2), log), log).then(
  (results) => {
    log(`\n${describeSteps(results).join("\n")}`);
    const missing = languages.filter((language) => !generated(language));
    if (missing.length > 0) log(`not in build/sdks: ${missing.join(", ")} (see above)`);
    process.exit(results.every(({ failure }) => failure === undefined) ? 0 : 1);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
