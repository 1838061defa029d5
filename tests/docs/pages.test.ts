import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { EXIT } from "../../orphans/exits";
import { help } from "../../orphans/main";
import { parse, parseDocument } from "yaml";
import { settings } from "../../provider/core/auth/settings";
import { repositoryRoot } from "../../scripts/repository";

/** A page for users, and its blocks of code. */
interface Page {
  file: string;
  text: string;
  blocks: { language: string; code: string }[];
}

function pagesBelow(folder: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", "dist", "build", ".git"].includes(entry.name) ? [] : pagesBelow(path);
    }
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const pages: Page[] = pagesBelow(".").map((file) => {
  const text = readFileSync(join(repositoryRoot, file), "utf8");
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
  return { file, text, blocks };
});

const readme = pages.find(({ file }) => file === "README.md");

/** What the compiler has to say to these programs, in strict mode and against the built package. */
function compile(sources: ReadonlyMap<string, string>): string[] {
  const parent = join(repositoryRoot, "build", "tmp");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "pages-"));
  try {
    const files = [...sources].map(([name, code]) => {
      const path = join(folder, `${name}.ts`);
      writeFileSync(path, code);
      return path;
    });
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
      paths: { "@huaweicloudos/pulumi": [join(__dirname, "stand-ins", "huaweicloudos-pulumi.ts")] },
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) =>
          `${relative(folder, file?.fileName ?? "")}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the pages for users", () => {
  test("every TypeScript block compiles as a program of its own", () => {
    const sources = new Map(
      pages.flatMap(({ file, blocks }) =>
        blocks
          .filter(({ language }) => language === "ts")
          .map(({ code }, index): [string, string] => [`${file.replace(/\W/g, "-")}-${index}`, code]),
      ),
    );
    expect(sources.size).toBeGreaterThanOrEqual(2);
    expect(compile(sources)).toEqual([]);
  });

  test("a block that does not compile would be seen", () => {
    const wrong =
      'import { DataDiskAttachment } from "pulumi-huaweicloud-workspace";\nnew DataDiskAttachment("a", {});\n';
    expect(compile(new Map([["wrong", wrong]])).join()).toMatch(/desktopId/);
  });

  test("every npm command is a script of this package, every exported variable a setting", () => {
    const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const variables = Object.values(settings).flatMap(({ env }): readonly string[] => env);
    const lines = (readme?.blocks ?? [])
      .filter(({ language }) => language === "sh")
      .flatMap(({ code }) => code.trim().split("\n"));
    expect(lines).toContain("npm start");
    expect(lines).toContain("npm test");
    for (const line of lines) {
      const [, script] = /^npm (?:run )?(start|test|\w+:?\w*)$/.exec(line) ?? [];
      const [, variable] = /^export (\w+)=\S+/.exec(line) ?? [];
      const known =
        (script !== undefined && script in scripts) ||
        (variable !== undefined && variables.includes(variable)) ||
        /^(npm install pulumi-huaweicloud-workspace|npx huaweicloud-workspace-emulator|export PULUMI_)/.test(
          line,
        ) ||
        /^pulumi (up|preview|destroy|stack init)/.test(line);
      expect({ line, known }).toEqual({ line, known: true });
    }
  });

  test("no command names the version of this package: the next release would make it wrong", () => {
    const { version } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
      version: string;
    };
    // The emulator is a package of its own, with its own version.
    const own = pages.filter(({ file }) => !file.startsWith("emulator"));
    const named = own.flatMap(({ file, text, blocks }) => {
      const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
      const commands = [...blocks.map(({ code }) => code), ...inline];
      return commands.filter((code) => code.includes(version)).map((code) => ({ file, code }));
    });
    expect(named).toEqual([]);
  });

  test("every YAML and JSON block can be read", () => {
    const blocks = pages.flatMap(({ file, blocks }) =>
      blocks
        .filter(({ language }) => ["yaml", "json"].includes(language))
        .map(({ code }) => ({ file, errors: parseDocument(code).errors })),
    );
    expect(blocks.length).toBeGreaterThanOrEqual(2);
    expect(blocks.filter(({ errors }) => errors.length > 0)).toEqual([]);
  });

  test("the operator's Stack runs the program at destroy, and finds the identity token where it is mounted", () => {
    const page = pages.find(({ file }) => file === "docs/kubernetes-operator.md");
    const { kind, spec } = parse(page?.blocks.find(({ language }) => language === "yaml")?.code ?? "") as {
      kind: string;
      spec: {
        envRefs: Record<string, { literal?: { value: string } }>;
        workspaceTemplate: {
          spec: {
            podTemplate: {
              spec: {
                containers: { name: string; volumeMounts: { name: string; mountPath: string }[] }[];
                volumes: {
                  name: string;
                  projected: { sources: { serviceAccountToken: { path: string } }[] };
                }[];
              };
            };
          };
        };
      };
    };
    expect(kind).toBe("Stack");
    expect(spec).toMatchObject({ destroyOnFinalize: true, runProgram: true });
    const variables = Object.keys(spec.envRefs).filter((name) => name.startsWith("HW_"));
    const known = Object.values(settings).flatMap(({ env }): readonly string[] => env);
    expect(variables.filter((name) => !known.includes(name))).toEqual([]);
    const { containers, volumes } = spec.workspaceTemplate.spec.podTemplate.spec;
    const [mount] = containers.find(({ name }) => name === "pulumi")?.volumeMounts ?? [];
    const [token] = volumes.find(({ name }) => name === mount?.name)?.projected.sources ?? [];
    expect(spec.envRefs.HW_ASSUME_ROLE_ID_TOKEN_FILE?.literal?.value).toBe(
      `${String(mount?.mountPath)}/${String(token?.serviceAccountToken.path)}`,
    );
  });

  test("the page on orphaned disks names every option and exit code of the command, and no others", () => {
    const text = pages.find(({ file }) => file === "docs/orphans.md")?.text ?? "";
    const page = text.replace(/`?pulumi stack export[^`\n]*/g, "");
    const optionsIn = (source: string) => [...new Set(source.match(/--[a-z]+/g))].sort();
    const codes = [...text.matchAll(/^\| (\d) +\|/gm)].map(([, code]) => Number(code));
    expect(optionsIn(page)).toEqual(
      optionsIn(help.replace(/pulumi stack export --\w+/g, "")).filter((option) => option !== "--help"),
    );
    expect(codes).toEqual(Object.values(EXIT));
  });

  test("every link to a file leads to one", () => {
    const broken = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target = ""]) => ({ file, target }))
        .filter(({ target }) => !existsSync(join(repositoryRoot, dirname(file), target))),
    );
    expect(broken).toEqual([]);
  });

  test("every page in docs can be reached from the README", () => {
    const reached = new Set<string>(["README.md"]);
    for (const from of reached) {
      const text = pages.find(({ file }) => file === from)?.text ?? "";
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+\.md)/g)) {
        reached.add(join(dirname(from), target));
      }
    }
    const all = pages.map(({ file }) => file).filter((file) => file.startsWith("docs/"));
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((file) => !reached.has(file))).toEqual([]);
  });

  test("every link to a heading leads to one", () => {
    const anchors = new Map(
      pages.map(({ file, text }) => [
        file,
        [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
          heading
            .toLowerCase()
            .replace(/[^\w\s-]/g, "")
            .replaceAll(" ", "-"),
        ),
      ]),
    );
    const broken = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)]
        .map(([, target = "", anchor = ""]) => ({
          file,
          target: target === "" ? file : join(dirname(file), target),
          anchor,
        }))
        .filter(({ target, anchor }) => !anchors.get(target)?.includes(anchor)),
    );
    expect(broken).toEqual([]);
  });
});
