/**
 * A small language host: what the engine starts as `pulumi-language-nodejs` to run a program. Releases bring their own,
 * whose Go module cannot be downloaded; this one is for a CLI that was built. It serves `up`, `preview` and `destroy`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type handleUnaryCall, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

/** Runs a program with the runner of its own copy of `@pulumi/pulumi`. */
async function runProgram(request: language.RunRequest): Promise<language.RunResponse> {
  const info = request.getInfo();
  if (info === undefined) throw new Error("the engine sent no program information: use a newer Pulumi CLI");
  const cwd = info.getProgramDirectory();
  const options = info.getOptions()?.toJavaScript() ?? {};
  const flags = {
    monitor: request.getMonitorAddress(),
    // Flags such as --tracing may come first; the address is always the last argument.
    engine: process.argv.at(-1) ?? "",
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: request.getParallel(),
  };
  const args = [
    ...(typeof options.nodeargs === "string" ? (options.nodeargs.match(/\S+/g) ?? []) : []),
    createRequire(join(cwd, "program.js")).resolve("@pulumi/pulumi/cmd/run"),
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript !== false),
  };
  const program = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  const [code, signal] = (await once(program, "exit")) as [number | null, string | null];
  const response = new language.RunResponse();
  // The runner exits with 32 when it has logged the error of the program itself.
  if (code === 32) response.setBail(true);
  else if (code !== 0) response.setError(`the program ended with ${signal ?? `exit code ${String(code)}`}`);
  return response;
}

/** A method of the service. grpc-js answers UNIMPLEMENTED for those that are not named below. */
function method<Q, A>(handle: (request: Q) => A | Promise<A>): handleUnaryCall<Q, A> {
  return (call, callback) => {
    const fail = (error: unknown) => {
      callback({ code: status.UNKNOWN, details: String(error) });
    };
    Promise.resolve(call.request).then(handle).then(callback.bind(undefined, null), fail);
  };
}

const server = new Server();
server.addService(LanguageRuntimeService, {
  run: method(runProgram),
  getPluginInfo: method(() => new PluginInfo()),
  getRequiredPlugins: method(() => new language.GetRequiredPluginsResponse()),
  getRequiredPackages: method(() => new language.GetRequiredPackagesResponse()),
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
});

// The engine ends this process; one that was killed does not.
const engine = process.ppid;
setInterval(() => process.ppid === engine || process.exit(1), 1_000).unref();
