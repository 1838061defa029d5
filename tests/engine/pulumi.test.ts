import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { openStack } from "./pulumi";
import type { StackOptions, TestStack } from "./pulumi";

jest.setTimeout(240_000);

const opened: TestStack[] = [];

async function open(options: StackOptions): Promise<TestStack> {
  const stack = await openStack(options);
  opened.push(stack);
  return stack;
}

afterEach(() => {
  opened.splice(0).forEach((stack) => {
    stack.close();
  });
});

/** Resources that keep nothing anywhere: enough to see the engine and the provider process at work. */
const program = (greeting: string): string => `
  const pulumi = require("@pulumi/pulumi");
  const provider = {
    create: async (inputs) => ({ id: "made", outs: inputs }),
    update: async (id, olds, news) => ({ outs: news }),
  };
  class Note extends pulumi.dynamic.Resource {
    constructor(name, props) { super(provider, name, props); }
  }
  const config = new pulumi.Config();
  console.log("the program speaks");
  new Note("note", { text: ${JSON.stringify(greeting)} });
  exports.list = config.getObject("list");
  exports.password = config.getSecret("password");
`;

test("a stack lives its whole life: up, an empty preview, an update, destroy; its state can be put back", async () => {
  const stack = await open({
    project: { program: program("hello") },
    config: { list: ["a", "b"], password: { secret: "open sesame" } },
  });

  const up = await stack.up();
  expect(up).toMatchObject({ code: 0 });
  expect(up.stdout).toContain("the program speaks");
  expect(up.stdout).not.toContain("warning");
  const cli = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await stack.run(["stack", ...args])).stdout);
  expect(await stack.outputs()).toEqual({ list: ["a", "b"], password: "[secret]" });
  expect(await cli("output", "--json", "--show-secrets")).toMatchObject({ password: "open sesame" });
  // What tests read from the backend is what the CLI would tell.
  expect(await cli("output", "--json")).toEqual(await stack.outputs());
  expect(await cli("export")).toEqual(await stack.exportState());
  expect(JSON.stringify(await stack.exportState())).not.toContain("open sesame");

  expect(await stack.preview({ args: ["--expect-no-changes"] })).toMatchObject({ code: 0 });

  stack.writeProgram(program("goodbye"));
  const preview = await stack.preview({ args: ["--json"] });
  expect(JSON.parse(preview.stdout)).toMatchObject({ changeSummary: { same: 1, update: 1 } });
  expect(await stack.up({ parallel: 1 })).toMatchObject({ code: 0 });
  const state = await stack.exportState();
  expect(state.deployment.resources?.find(({ id }) => id === "made")?.outputs).toMatchObject({
    text: "goodbye",
  });

  expect(await stack.destroy()).toMatchObject({ code: 0 });
  expect((await stack.exportState()).deployment.resources ?? []).toEqual([]);

  await stack.importState(state);
  expect(await stack.outputs()).toEqual({ list: ["a", "b"], password: "[secret]" });
});

test("a program that throws makes up fail and shows where", async () => {
  const stack = await open({
    project: { program: `function inner() { throw new Error("no such luck"); }\ninner();` },
  });

  const up = await stack.up();

  expect(up.code).not.toBe(0);
  expect(up.stdout).toContain("no such luck");
  expect(up.stdout).toMatch(/at inner \(.*index\.js:1/);
});

test("a TypeScript program in the folder that main names runs as it is", async () => {
  const stack = await open({
    project: {
      program: {
        "Pulumi.yaml": "name: typed\nruntime: nodejs\nmain: program\n",
        "program/package.json": JSON.stringify({ private: true, main: "index.ts" }),
        "program/index.ts": `
          import * as pulumi from "@pulumi/pulumi";
          export const answer: number = new pulumi.Config().requireNumber("answer");
          export const where: string = process.cwd();
        `,
      },
    },
    config: { answer: 42 },
  });

  expect(await stack.up()).toMatchObject({ code: 0 });
  expect(await stack.outputs()).toEqual({ answer: 42, where: join(stack.projectDirectory, "program") });
});

test("a killed run is ended with its plugins, and cancel opens the stack again", async () => {
  const stack = await open({
    project: { program: `console.log("up and running"); setInterval(() => {}, 1000);` },
  });

  const up = stack.start("up");
  while (!up.output().includes("up and running")) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  up.kill();
  expect(await up.result).toMatchObject({ code: null });
  up.killOrphans();

  const locked = await stack.up();
  expect(locked.code).not.toBe(0);
  expect(locked.stderr).toContain("the stack is currently locked");
  expect(await stack.cancel()).toMatchObject({ code: 0 });
  stack.writeProgram("");
  expect(await stack.up()).toMatchObject({ code: 0 });
});

test("a run that takes too long is ended and says what it has written", async () => {
  const stack = await open({ project: { program: "" } });
  const endless = ["-e", `console.log("for ever"); setInterval(() => {}, 1000);`];

  await expect(stack.runProgram(process.execPath, endless, { timeout: 2_000 })).rejects.toThrow(
    /did not end within 2 s[^]*for ever/,
  );
});

test("close leaves nothing behind", async () => {
  const stack = await open({ project: { program: "" } });
  const folders = [stack.projectDirectory, stack.configFile];
  expect(folders.map((folder) => existsSync(folder))).toEqual([true, true]);

  stack.close();

  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
  expect(readdirSync(repositoryRoot).filter((file) => /^Pulumi\..+\.yaml$/.test(file))).toEqual([]);
});
