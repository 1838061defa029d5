#!/usr/bin/env node
import { BadArguments, EXIT } from "./arguments";
import { orphans } from "./orphans";

const usage = `Usage: npx pulumi-huaweicloud-workspace orphans [options] [FILE...]

  orphans   lists what lies around on the desktops of Pulumi stacks; changes nothing

"npx pulumi-huaweicloud-workspace orphans --help" tells more.
`;

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (command === "orphans") {
    const { output, code } = await orphans(rest, process.env);
    process.stdout.write(output);
    return code;
  }
  if (command === "--help" || command === "-h" || command === "help") {
    process.stdout.write(usage);
    return EXIT.nothing;
  }
  throw new BadArguments(command === undefined ? "which command?" : `there is no command "${command}"`);
}

main(process.argv.slice(2)).then(
  (code) => {
    // No process.exit: what was written to a pipe must get there.
    process.exitCode = code;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const more = error instanceof BadArguments ? " (see --help)" : "";
    process.stderr.write(`pulumi-huaweicloud-workspace: ${message}${more}\n`);
    process.exitCode = EXIT.error;
  },
);
