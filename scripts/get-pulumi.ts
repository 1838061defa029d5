/** Finds the Pulumi CLI that the tests and the demo run; downloads or builds it where there is none. */
import { obtainCli } from "./pulumi/obtain";

obtainCli((line) => {
  console.error(line);
}).then(
  ({ command, version }) => {
    console.log(`Pulumi CLI ${version}: ${command}`);
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
