/** Does what docs/recovery.md says, with the commands that stand there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { passed } from "../../tests/engine/cloud";
import type { CommandResult } from "../../tests/engine/command";
import type { StackState, StateResource, TestStack } from "../../tests/engine/pulumi";

const page = readFileSync(join(repositoryRoot, "docs", "recovery.md"), "utf8");

/** A command of the page, which must stand there. */
function written(command: string): string {
  if (!page.includes(command)) throw new Error(`docs/recovery.md does not say "${command}"`);
  return command;
}

const CANCEL = written("pulumi cancel --yes");
const REFRESH = written("pulumi refresh --yes");
const MEND = written("find .pulumi -name '*.attrs' -empty -delete");
const CLEAR = written("pulumi refresh --clear-pending-creates --yes");

async function run(stack: TestStack, command: string): Promise<CommandResult> {
  const [, name = "", ...args] = command.split(" ");
  if (name !== "refresh") return stack.run([name, ...args]);
  return stack.refresh({ args: args.filter((arg) => arg !== "--yes") });
}

/** "The run was cut off", and before it what a killed CLI may have done to a backend in a folder. */
export async function afterKill(stack: TestStack): Promise<void> {
  const { stderr } = await stack.run(["stack", "export"]);
  if (stderr.includes("failed to load checkpoint: EOF"))
    passed(await stack.runProgram("sh", ["-c", `cd "\${PULUMI_BACKEND_URL#file://}" && ${MEND}`]));
  for (const command of [CANCEL, REFRESH]) passed(await run(stack, command));
}

/** Resources of which a run was cut off before it could say how it went, and what it was doing. */
export function pending({ deployment }: StackState): { type: string; resource: StateResource }[] {
  return [...(deployment.pending_operations ?? [])];
}

/** "Pending creates", once the desktops have been looked at. */
export async function clearPending(stack: TestStack): Promise<void> {
  passed(await run(stack, CLEAR));
}
