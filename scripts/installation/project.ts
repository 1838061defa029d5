/** The project of somebody who has just installed the package. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Installation, Language } from "./matrix";

/** How long a compiler or an executable of the project may take is up to the caller; this is what it is called. */
export const programFile: Readonly<Record<Language, string>> = {
  TypeScript: "index.ts",
  JavaScript: "index.js",
  "ES module": "index.js",
};

const imports: Readonly<Record<Language, string>> = {
  TypeScript: `import { DataDiskAttachment, DesktopDataDisks, getDesktopOutput } from "pulumi-huaweicloud-workspace";`,
  JavaScript: `const { DataDiskAttachment, DesktopDataDisks, getDesktopOutput } = require("pulumi-huaweicloud-workspace");`,
  "ES module": `import { DataDiskAttachment, DesktopDataDisks, getDesktopOutput } from "pulumi-huaweicloud-workspace";`,
};

/** A program with one disk on the first desktop, which it looks up, and two on the second. */
export function programText(language: Language, computerName: string, desktopId: string): string {
  const lines = [
    imports[language],
    `const { desktopId } = getDesktopOutput({ computerName: ${JSON.stringify(computerName)} });`,
    `const disk = new DataDiskAttachment("data", { desktopId, type: "SSD", size: 100 });`,
    `const disks = new DesktopDataDisks("team", {`,
    `  desktopId: ${JSON.stringify(desktopId)},`,
    `  disks: { data: { type: "SSD", size: 20 }, scratch: { type: "SAS", size: 30 } },`,
    `});`,
    ...Object.entries({
      volumeId: "disk.volumeId",
      volumeIds: "disks.volumeIds",
      node: "process.versions.node",
    }).map(([name, value]) =>
      language === "JavaScript" ? `exports.${name} = ${value};` : `export const ${name} = ${value};`,
    ),
    "",
  ];
  return lines.join("\n");
}

/** The compiler's settings as `pulumi new typescript` writes them. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts"],
};

/** Writes the project into a folder; `tarball` is the package to install. */
export function writeProject(
  folder: string,
  installation: Installation,
  tarball: string,
  program: string,
): void {
  const { language, manager, pulumi } = installation;
  const write = (name: string, content: unknown): void => {
    const text = typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`;
    writeFileSync(join(folder, name), text);
  };
  mkdirSync(folder, { recursive: true });
  write("package.json", {
    name: "somebodys-stack",
    private: true,
    ...(language === "ES module" && { type: "module", main: programFile[language] }),
    dependencies: { "@pulumi/pulumi": pulumi, "pulumi-huaweicloud-workspace": `file:${tarball}` },
    ...(language === "TypeScript" && { devDependencies: { "@types/node": "^20.0.0", typescript: "^5.0.0" } }),
  });
  write(
    "Pulumi.yaml",
    `name: somebodys-stack\nruntime:\n  name: nodejs\n  options:\n    packagemanager: ${manager}\n`,
  );
  // pnpm wants a word on each install script; protobufjs, which @pulumi/pulumi brings, does well without its own.
  if (manager === "pnpm") write("pnpm-workspace.yaml", "allowBuilds:\n  protobufjs: false\n");
  if (language === "TypeScript") write("tsconfig.json", tsconfig);
  write(programFile[language], program);
}
