/**
 * A small language host for Node programs: what the Pulumi engine starts as
 * `pulumi-language-nodejs` to run the program of a stack. Released CLIs bring
 * one of their own; a CLI built from the public Go modules has none, and this
 * one stands in for it in the tests and the demo.
 *
 * It serves what `up`, `preview` and `destroy` need and nothing else.
 */
import { spawn } from "node:child_process";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { handleUnaryCall } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  GetRequiredPluginsResponse,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { programCommand, programOutcome } from "./program";
import type { ProgramCommand, ProgramOutcome } from "./program";

const engineCheckInterval = 1_000;

function startProgram(command: ProgramCommand): Promise<ProgramOutcome> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, command.args, {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    program.once("error", reject);
    program.once("exit", (code, signal) => {
      resolve(programOutcome(code, signal));
    });
  });
}

async function runProgram(request: RunRequest, engineAddress: string): Promise<RunResponse> {
  const outcome = await startProgram(programCommand(request, engineAddress));
  const response = new RunResponse();
  response.setError(outcome.error);
  response.setBail(outcome.bail);
  return response;
}

/** The engine ends this process when it is done; when the engine itself was killed, nobody else does. */
function endWithTheEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) {
      process.exit(1);
    }
  }, engineCheckInterval).unref();
}

function serve(engineAddress: string): void {
  const run: handleUnaryCall<RunRequest, RunResponse> = (call, callback) => {
    runProgram(call.request, engineAddress).then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
      },
    );
  };
  const getPluginInfo: handleUnaryCall<unknown, PluginInfo> = (_call, callback) => {
    callback(null, new PluginInfo());
  };
  const getRequiredPlugins: handleUnaryCall<unknown, GetRequiredPluginsResponse> = (_call, callback) => {
    callback(null, new GetRequiredPluginsResponse());
  };
  const getRequiredPackages: handleUnaryCall<unknown, GetRequiredPackagesResponse> = (_call, callback) => {
    callback(null, new GetRequiredPackagesResponse());
  };
  const server = new Server();
  // grpc-js answers UNIMPLEMENTED for every method that is not named here.
  server.addService(LanguageRuntimeService, { run, getPluginInfo, getRequiredPlugins, getRequiredPackages });
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      throw error;
    }
    // The engine reads the port from the first line.
    process.stdout.write(`${port}\n`);
  });
}

// Flags such as --tracing may come first; the address is always the last argument.
const engineAddress = process.argv.at(-1);
if (engineAddress === undefined || process.argv.length < 3 || engineAddress.startsWith("-")) {
  process.stderr.write("usage: pulumi-language-nodejs [flags] ENGINE_ADDRESS\n");
  process.exit(1);
}
endWithTheEngine();
serve(engineAddress);
