/** ts-node down.ts BRANCH: tears down what a lost run has left of a branch. */
import { StackNotFoundError } from "@pulumi/pulumi/automation";
import { findEnvironment } from "./environment";
import { tearDown } from "./teardown";

async function main(branch: string): Promise<void> {
  try {
    await tearDown(await findEnvironment(branch));
  } catch (error) {
    if (!(error instanceof StackNotFoundError)) throw error;
    console.log(`There is no environment of branch ${branch}.`);
  }
}

const [branch] = process.argv.slice(2);
if (branch === undefined) {
  console.error("usage: ts-node down.ts BRANCH");
  process.exitCode = 2;
} else {
  main(branch).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
