#!/usr/bin/env node
import "./checkNode";
import { servePlugin } from "./server";
import { PluginService } from "./service";
import { watchEngine } from "../front/watchEngine";

/**
 * The entry point of `pulumi-resource-huaweicloud-workspace`. The engine passes
 * its address and reads the port from the first line of standard output;
 * nothing else may ever be written there.
 */
async function main(): Promise<void> {
  const write = (text: string) => process.stderr.write(text);
  console.log = console.info = console.debug = console.error;
  // Started by hand, with no engine's address: engines attach, and the process outlives them.
  const isAttached = process.argv[2] === undefined;
  const service = new PluginService({
    env: process.env,
    write,
    engineAt: (address, instance) => {
      watchEngine(address, instance, () => {
        if (!isAttached) process.exit(1);
      });
    },
  });
  const { port } = await servePlugin(service);
  process.stdout.write(`${port}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
