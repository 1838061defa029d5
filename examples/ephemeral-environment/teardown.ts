import { setTimeout as pause } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { failedInSight, inSight } from "./output";

const attempts = 5;
const pauseSeconds = Number(process.env.TEARDOWN_PAUSE_SECONDS ?? 30);

/** Destroys until nothing is left, then removes the stack. Throws, and leaves the stack, when it cannot. */
export async function tearDown(stack: Stack): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await destroy(stack);
      await stack.workspace.removeStack(stack.name);
      return;
    } catch (error) {
      if (attempt === attempts) {
        throw new Error(`stack ${stack.name} could not be torn down`, { cause: error });
      }
      console.error(`Attempt ${attempt} to tear down failed; again in ${pauseSeconds} s.`, error);
      await pause(pauseSeconds * 1000);
    }
  }
}

async function destroy(stack: Stack): Promise<void> {
  await stack.destroy({ continueOnError: true, ...inSight }).catch(failedInSight("destroy"));
  // An interrupted destroy may end well although not everything is gone: state has the last word.
  const left = await inState(stack);
  if (left.length > 0) {
    throw new Error(`still in state: ${left.join(", ")}`);
  }
}

/** What the state holds, and what a killed run has begun and not finished. */
async function inState(stack: Stack): Promise<string[]> {
  const deployment = (await stack.exportStack()).deployment as {
    resources?: { urn: string; custom?: boolean }[];
    pending_operations?: { type: string; resource: { urn: string } }[];
  };
  const { resources = [], pending_operations: pending = [] } = deployment;
  return [
    ...resources.filter(({ custom }) => custom === true).map(({ urn }) => urn),
    ...pending.map(({ type, resource }) => `${type} ${resource.urn}`),
  ];
}
