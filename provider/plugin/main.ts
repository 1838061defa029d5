#!/usr/bin/env node
import "./checkNode";
import { servePlugin } from "./server";
import { PluginService } from "./service";
import { watchEngine } from "../front/watchEngine";

/** The usual exit code for SIGTERM: 128 and the number of the signal. */
const EXIT_AFTER_SIGTERM = 143;

/**
 * The entry point of `pulumi-resource-huaweicloud-workspace`. The engine passes
 * its address and reads the port from the first line of standard output;
 * nothing else may ever be written there.
 */
async function main(): Promise<void> {
  const write = (text: string) => process.stderr.write(text);
  console.log = console.info = console.debug = console.error;
  // A plugin that a user starts has no address of an engine: engines attach to it, and it outlives them.
  const [, , engine] = process.argv;
  const isAttached = engine === undefined;
  let isMet = false;
  const service = new PluginService({
    env: process.env,
    write,
    engineAt: (address, instance) => {
      isMet = true;
      watchEngine(address, instance, () => {
        if (!isAttached) process.exit(1);
      });
    },
  });
  const running = await servePlugin(service);
  // An engine that is killed before its first call leaves nothing to finish.
  if (!isAttached) {
    const end = () => {
      if (!isMet) process.exit(1);
    };
    watchEngine(engine, { halt: () => undefined, whenIdle: end }, end);
  }
  process.on("SIGTERM", () => {
    // A running engine keeps the answers in state. The next run then finds the disk of an unfinished add.
    service.cancelAll(new Error("the plugin was stopped (SIGTERM)"));
    void running.finish().then(() => process.exit(EXIT_AFTER_SIGTERM));
  });
  process.stdout.write(`${running.port}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
