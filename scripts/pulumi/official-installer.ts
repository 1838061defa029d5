/** Run as a process of its own, so that it can be ended: downloads the wanted CLI into the folder it is given. */
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { wantedVersion } from "./version";

const [, , root] = process.argv;
if (root === undefined) {
  throw new Error("usage: official-installer FOLDER");
}
PulumiCommand.install({ root, version: new SemVer(wantedVersion) }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
