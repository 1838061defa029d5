import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";

/** Files of a small program, by their path in the project folder: `index.js` is what runs. */
export type ProgramFiles = Readonly<Record<string, string>>;

/** A project to run: a folder with a `Pulumi.yaml`, or the text of a plain JavaScript program, or several files. */
export type Project = { readonly directory: string } | { readonly program: string | ProgramFiles };

/** The folder of a project, and its name in configuration keys. */
export interface ProjectFolder {
  readonly directory: string;
  readonly name: string;
  /** Puts another text in the place of the program's; only for programs given as text. */
  write(program: string | ProgramFiles): void;
  /** Removes the folder if it was made for the test. */
  remove(): void;
}

/** The project name of programs given as text: their configuration keys are `engine-test:…`. */
export const textProjectName = "engine-test";

// Without `typescript: false` ts-node is loaded for each run, which costs most of a second.
const defaultFiles: ProgramFiles = {
  "Pulumi.yaml": `name: ${textProjectName}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
  "package.json": JSON.stringify({ private: true, main: "index.js" }),
};

function projectName(directory: string): string {
  const file = join(directory, "Pulumi.yaml");
  if (!existsSync(file)) {
    throw new Error(`${directory} holds no Pulumi.yaml`);
  }
  const name = /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(file, "utf8"))?.[1];
  if (name === undefined) {
    throw new Error(`${file} has no name`);
  }
  return name;
}

/**
 * Opens the folder of a project. A program given as text is written below the
 * root of the repository, so that its `require` finds this package and
 * `@pulumi/pulumi` as an installed program would.
 */
export function openProject(project: Project): ProjectFolder {
  if ("directory" in project) {
    return {
      directory: project.directory,
      name: projectName(project.directory),
      write: () => {
        throw new Error("the program of an existing folder is not overwritten");
      },
      remove: () => undefined,
    };
  }
  const parent = join(repositoryRoot, "build", "tmp");
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, "program-"));
  const write = (program: string | ProgramFiles): void => {
    const files = typeof program === "string" ? { "index.js": program } : program;
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  };
  write(defaultFiles);
  write(project.program);
  return {
    directory,
    name: projectName(directory),
    write,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
