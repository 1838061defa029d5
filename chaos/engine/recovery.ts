/** Does what docs/recovery.md says, with the commands that stand there. */
import { passed } from "../../tests/engine/cloud";
import type { StackState, StateResource, TestStack } from "../../tests/engine/pulumi";
import { commandsUnder, pageRunner } from "../../tests/engine/recovery-page";

const [, cancel = "", refresh = ""] = commandsUnder("The run was cut off");
const [mend = ""] = commandsUnder('"failed to load checkpoint: EOF"');
const [clear = ""] = commandsUnder("Pending creates");

/** "The run was cut off", and before it what a killed CLI may have done to a backend in a folder. */
export async function afterKill(stack: TestStack): Promise<void> {
  const { stderr } = await stack.run(["stack", "export"]);
  if (stderr.includes("failed to load checkpoint: EOF"))
    passed(await stack.runProgram("sh", ["-c", `cd "\${PULUMI_BACKEND_URL#file://}" && ${mend}`]));
  const run = pageRunner(stack);
  for (const command of [cancel, refresh]) passed(await run(command));
}

/** Resources of which a run was cut off before it could say how it went, and what it was doing. */
export function pending({ deployment }: StackState): { type: string; resource: StateResource }[] {
  return [...(deployment.pending_operations ?? [])];
}

/** "Pending creates", once the desktops have been looked at. */
export async function clearPending(stack: TestStack): Promise<void> {
  passed(await pageRunner(stack)(clear));
}
