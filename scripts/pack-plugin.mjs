/**
 * `node scripts/pack-plugin.mjs [FOLDER]` packs the plugin for each platform, as `pulumi plugin install` takes it, to
 * build/release or that folder. It is the same JavaScript everywhere and needs Node; Windows finds it by a command file.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const name = "pulumi-resource-huaweicloud-workspace";
const plugin = join(root, "build", "plugin");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const target = resolve(process.argv[2] ?? join(root, "build", "release"));
mkdirSync(target, { recursive: true });

writeFileSync(join(plugin, `${name}.cmd`), `@node "%~dp0${name}" %*\r\n`);
for (const system of ["linux", "darwin", "windows"]) {
  const files = [name, ...(system === "windows" ? [`${name}.cmd`] : [])];
  for (const processor of ["amd64", "arm64"]) {
    const archive = join(target, `${name}-v${version}-${system}-${processor}.tar.gz`);
    execFileSync("tar", ["-czf", archive, "-C", plugin, ...files, "-C", root, "LICENSE"]);
    console.log(archive);
  }
}
