/** docs/recovery.md as a script: what stands there is what a rehearsal runs. */
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import type { CommandResult } from "./command";
import { assertFresh, commandBuild } from "./freshness";
import { stackName, type TestStack } from "./pulumi";

const page = readFileSync(join(repositoryRoot, "docs", "recovery.md"), "utf8");

/** The commands in the blocks below a heading of the page, in their order. */
export function commandsUnder(heading: string): string[] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  const commands = [...own.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.trim().split("\n"),
  );
  if (commands.length === 0) throw new Error(`docs/recovery.md has no commands below "${heading}"`);
  return commands.map((command) => command.trim());
}

/** Runs commands of the page in the folder of the program. Only the package's own command has another place here. */
export function pageRunner(
  stack: TestStack,
  env: NodeJS.ProcessEnv = {},
): (command: string) => Promise<CommandResult> {
  assertFresh(commandBuild);
  copyFileSync(stack.configFile, join(stack.projectDirectory, `Pulumi.${stackName}.yaml`));
  const ownCommand = `"${process.execPath}" "${join(repositoryRoot, "dist", "orphans", "main.js")}"`;
  return (command) => {
    const here = command.replace("npx pulumi-huaweicloud-workspace", ownCommand).replace("NAME", stackName);
    return stack.runProgram("sh", ["-c", here], { env: { ...env, PULUMI_STACK: stackName } });
  };
}
