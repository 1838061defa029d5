import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { plainConfigYaml, secretConfigArguments } from "./configuration";
import { assertFresh } from "./freshness";
import { openProject } from "./project";

describe("configuration", () => {
  const config = {
    ids: ["a", "b"],
    size: 10,
    "aws:region": "x",
    password: { secret: "open" },
    deep: { secret: 1 },
  };

  test("plain values are written with their full keys", () => {
    expect(plainConfigYaml(config, "project")).toBe(
      `config: {"project:ids":["a","b"],"project:size":10,"aws:region":"x","project:deep":{"secret":1}}\n`,
    );
  });

  test("only secrets are handed to the CLI", () => {
    expect(secretConfigArguments(config, "project")).toEqual(["--secret", "project:password=open"]);
  });
});

describe("freshness", () => {
  let root: string;
  const build = { sources: ["sdk", "provider"], output: "dist/index.js", remedy: "npm run build" };

  function write(file: string, time: number): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "");
    utimesSync(join(root, file), time, time);
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "fresh-"));
    write("dist/index.js", 1_000);
    write("sdk/index.ts", 900);
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  test("what is newer than its sources is fresh", () => {
    write("sdk/index.test.ts", 2_000);
    write("provider/disk/testing/sets.ts", 2_000);
    expect(() => {
      assertFresh(build, root);
    }).not.toThrow();
  });

  test("one newer source, however deep, makes it stale", () => {
    write("provider/disk/plan.ts", 1_001);
    expect(() => {
      assertFresh(build, root);
    }).toThrow(/provider\/disk\/plan\.ts is newer than dist\/index\.js: run "npm run build"/);
  });

  test("what is missing is told", () => {
    rmSync(join(root, "dist"), { recursive: true });
    expect(() => {
      assertFresh(build, root);
    }).toThrow("dist/index.js is missing");
  });
});

describe("project", () => {
  test("the program of an existing folder is never overwritten or removed", () => {
    const directory = mkdtempSync(join(tmpdir(), "project-"));
    try {
      writeFileSync(join(directory, "Pulumi.yaml"), `name: "my-project"\nruntime: nodejs\n`);
      const project = openProject({ directory });
      expect(project.name).toBe("my-project");
      expect(() => {
        project.write("");
      }).toThrow("not overwritten");
      project.remove();
      expect(openProject({ directory }).directory).toBe(directory);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("a folder without a project is told", () => {
    expect(() => openProject({ directory: __dirname })).toThrow("no Pulumi.yaml");
  });
});
