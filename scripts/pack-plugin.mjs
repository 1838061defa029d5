/**
 * Packs the plugin for each platform, as `pulumi plugin install` takes it:
 *
 *     node scripts/pack-plugin.mjs [FOLDER]      default: build/release
 *
 * It is the same JavaScript everywhere and needs Node on the machine; Windows
 * finds it by a command file beside it. "npm run build:plugin" makes it.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const name = "pulumi-resource-huaweicloud-workspace";
const systems = ["linux", "darwin", "windows"];
const processors = ["amd64", "arm64"];

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const target = resolve(process.argv[2] ?? join(root, "build", "release"));
mkdirSync(target, { recursive: true });

for (const system of systems) {
  const folder = mkdtempSync(join(tmpdir(), "plugin-"));
  try {
    copyFileSync(join(root, "build", "plugin", name), join(folder, name));
    chmodSync(join(folder, name), 0o755);
    copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
    const files = [name, "LICENSE"];
    if (system === "windows") {
      writeFileSync(join(folder, `${name}.cmd`), `@node "%~dp0${name}" %*\r\n`);
      files.push(`${name}.cmd`);
    }
    for (const processor of processors) {
      const archive = join(target, `${name}-v${version}-${system}-${processor}.tar.gz`);
      execFileSync("tar", ["-czf", archive, "-C", folder, ...files]);
      console.log(archive);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
