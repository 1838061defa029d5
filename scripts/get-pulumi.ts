/** Finds the Pulumi CLI that the tests and the demo run, and its host of YAML programs; downloads or builds what is missing. */
import { obtainCli } from "./pulumi/obtain";
import { obtainYamlHost } from "./pulumi/yaml-host";

const log = (line: string): void => {
  console.error(line);
};

async function main(): Promise<void> {
  const cli = await obtainCli(log);
  console.log(`Pulumi CLI ${cli.version}: ${cli.command}`);
  console.log(`YAML programs: ${await obtainYamlHost(cli, log)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
