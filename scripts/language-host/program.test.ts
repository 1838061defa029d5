import { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { locateRunner, programCommand, programOutcome } from "./program";

function request(options: Record<string, JavaScriptValue> = {}): RunRequest {
  const info = new ProgramInfo();
  info.setRootDirectory("/project");
  info.setProgramDirectory("/project/program");
  info.setEntryPoint(".");
  info.setOptions(Struct.fromJavaScript(options));
  const run = new RunRequest();
  run.setInfo(info);
  run.setMonitorAddress("127.0.0.1:1");
  run.setOrganization("organization");
  run.setProject("project");
  run.setStack("stack");
  run.setPwd("/project/program");
  run.setParallel(8);
  run.getConfigMap().set("project:key", "value").set("project:password", "open sesame");
  run.setConfigsecretkeysList(["project:password"]);
  return run;
}

const command = (run: RunRequest): ReturnType<typeof programCommand> =>
  programCommand(run, "127.0.0.1:2", (folder) => `${folder}/runner`);

test("the runner gets everything that the engine has said", () => {
  expect(command(request())).toEqual({
    args: [
      "/project/program/runner",
      "--monitor=127.0.0.1:1",
      "--engine=127.0.0.1:2",
      "--organization=organization",
      "--project=project",
      "--root-directory=/project",
      "--stack=stack",
      "--pwd=/project/program",
      "--parallel=8",
      ".",
    ],
    cwd: "/project/program",
    env: {
      PULUMI_CONFIG: `{"project:key":"value","project:password":"open sesame"}`,
      PULUMI_CONFIG_SECRET_KEYS: `["project:password"]`,
      PULUMI_NODEJS_TYPESCRIPT: "true",
    },
  });
});

test("a preview is a dry run", () => {
  const preview = request();
  preview.setDryrun(true);
  expect(command(preview).args.slice(-2)).toEqual(["--dry-run", "."]);
});

test("arguments for node and plain JavaScript are taken from the options of the runtime", () => {
  const { args, env } = command(
    request({ nodeargs: "--trace-warnings  --no-deprecation", typescript: false }),
  );
  expect(args.slice(0, 3)).toEqual(["--trace-warnings", "--no-deprecation", "/project/program/runner"]);
  expect(env.PULUMI_NODEJS_TYPESCRIPT).toBe("false");
});

test("an engine that sends no program information is told so", () => {
  expect(() => command(new RunRequest())).toThrow("needs a newer Pulumi CLI");
});

test("the runner is that of the program's own SDK", () => {
  expect(locateRunner(__dirname)).toMatch(/node_modules\/@pulumi\/pulumi\/cmd\/run\/index\.js$/);
  expect(() => locateRunner("/nowhere")).toThrow("@pulumi/pulumi/cmd/run");
});

test.each([
  [0, null, { error: "", bail: false }],
  [32, null, { error: "", bail: true }],
  [1, null, { error: "the program exited with code 1", bail: false }],
  [null, "SIGKILL", { error: "the program was ended by SIGKILL", bail: false }],
] as const)("exit code %s and signal %s mean %j", (code, signal, outcome) => {
  expect(programOutcome(code, signal)).toEqual(outcome);
});
