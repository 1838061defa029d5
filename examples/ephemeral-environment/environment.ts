import { createHash } from "node:crypto";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { Stack } from "@pulumi/pulumi/automation";
import { DesktopDataDisks } from "pulumi-huaweicloud-workspace";

/** The folder with Pulumi.yaml: the engine looks for the provider from here. */
const workDir = __dirname;

/**
 * Makes the stack of a branch, without its disks yet. Fails if there is one:
 * then another run uses it, or a lost run has left it (`down.ts`).
 */
export function createEnvironment(branch: string, desktopId: string): Promise<Stack> {
  const program = () => {
    const disks = new DesktopDataDisks("environment", {
      desktopId,
      disks: {
        data: { type: "SSD", size: 100 },
        scratch: { type: "SAS", size: 50 },
      },
    });
    return Promise.resolve({ volumeIds: disks.volumeIds });
  };
  const projectName = "ephemeral-environment";
  return LocalWorkspace.createStack({ stackName: stackName(branch), projectName, program }, { workDir });
}

/** The stack of a branch that an earlier run has made. */
export function findEnvironment(branch: string): Promise<Stack> {
  return LocalWorkspace.selectStack({ stackName: stackName(branch), workDir });
}

/** A name that no other branch gets: `feature/a` and `feature-a` are two branches. */
function stackName(branch: string): string {
  const readable = branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40);
  const unique = createHash("sha256").update(branch).digest("hex").slice(0, 8);
  return `${readable}-${unique}`;
}
