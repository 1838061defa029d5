import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installLanguageHost, shellQuote } from "../language-host/install";
import { bareEnvironment } from "./bare-environment";
import { throwAwayEnvironment } from "./environment";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "it's a folder-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("neither accounts nor stacks nor proxies of whoever runs this come through", () => {
  const foreign = {
    HW_ACCESS_KEY: "k",
    OS_PASSWORD: "p",
    HUAWEICLOUD_SDK_AK: "k",
    PULUMI_STACK: "production",
    https_proxy: "x",
    FORCE_COLOR: "1",
  };
  expect(bareEnvironment({ ...foreign, PATH: "/bin", HOME: "/home", HOSTNAME: "x" })).toEqual({
    PATH: "/bin",
    HOME: "/home",
    HOSTNAME: "x",
  });
});

test("everything that the CLI keeps lies in the given folder, and its own folder comes first on PATH", () => {
  const cli = { command: "/cli/bin/pulumi", directory: "/cli/bin", version: "v3.259.0" };
  expect(throwAwayEnvironment(cli, folder, { PATH: "/bin", LANG: "C" })).toMatchObject({
    PATH: "/cli/bin:/bin",
    LANG: "C",
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: expect.stringMatching(/^file:\/\/\/.*\/state$/) as unknown,
  });
});

test("the language host is started with what it is given, whatever its path looks like", () => {
  const main = join(folder, "main.js");
  writeFileSync(main, `console.log(JSON.stringify(process.argv.slice(2)))`);
  installLanguageHost(folder, process.execPath, main);

  const launcher = join(folder, "plugins", "language-nodejs-v0.0.1", "pulumi-language-nodejs");

  expect(execFileSync(launcher, ["a b", "127.0.0.1:1"], { encoding: "utf8" })).toBe(
    '["a b","127.0.0.1:1"]\n',
  );
});

test("a text in single quotes is one word to a shell", () => {
  expect(
    execFileSync("sh", ["-c", `printf %s ${shellQuote("it's $HOME `x` \\")}`], { encoding: "utf8" }),
  ).toBe("it's $HOME `x` \\");
});
