import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";

const packageFolder = join(__dirname, "..", "..");

/** The package as it is published, built from the sources as they are now. */
export interface BuiltCopy {
  /** The program behind `npx huaweicloud-workspace-emulator`. */
  readonly bin: string;
  readonly remove: () => void;
}

/** Builds the package into a folder below build/, without a look at types. */
export function buildCopy(): BuiltCopy {
  const home = join(packageFolder, "..", "build", "emulator-copies");
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(join(home, "copy-"));
  mkdirSync(join(folder, "dist"));
  const sources = readdirSync(join(packageFolder, "src")).filter((name) => /(?<!\.test)\.ts$/.test(name));
  for (const name of sources) {
    const { outputText } = transpileModule(readFileSync(join(packageFolder, "src", name), "utf8"), {
      compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
    });
    writeFileSync(join(folder, "dist", name.replace(/\.ts$/, ".js")), outputText);
  }
  for (const name of ["bin", "page", "openapi.yaml", "package.json"]) {
    cpSync(join(packageFolder, name), join(folder, name), { recursive: true });
  }
  return {
    bin: join(folder, "bin", "huaweicloud-workspace-emulator.js"),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
