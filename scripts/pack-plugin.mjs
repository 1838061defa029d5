/**
 * `node scripts/pack-plugin.mjs [FOLDER]` packs the plugin for each platform, as `pulumi plugin install` takes it, to
 * build/release or that folder. It is the same JavaScript everywhere and needs Node; Windows finds it by a command file.
 * Equal input gives equal archives: they hold no times, users or modes of this machine.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { create } from "tar";
import { bundledPackages } from "./bundled-packages.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const name = "pulumi-resource-huaweicloud-workspace";
const plugin = join(root, "build", "plugin");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const target = resolve(process.argv[2] ?? join(root, "build", "release"));
mkdirSync(target, { recursive: true });

copyFileSync(join(root, "LICENSE"), join(plugin, "LICENSE"));
writeFileSync(join(plugin, `${name}.cmd`), `@node "%~dp0${name}" %*\r\n`);
writeFileSync(
  join(plugin, "THIRD-PARTY-LICENSES"),
  bundledPackages(root)
    .map(({ id, license, text }) => `${id} (${license})\n\n${text}`)
    .join(`\n${"=".repeat(80)}\n\n`),
);
for (const system of ["linux", "darwin", "windows"]) {
  const files = [name, ...(system === "windows" ? [`${name}.cmd`] : []), "LICENSE", "THIRD-PARTY-LICENSES"];
  for (const processor of ["amd64", "arm64"]) {
    const file = join(target, `${name}-v${version}-${system}-${processor}.tar.gz`);
    await create({ file, cwd: plugin, gzip: { portable: true }, portable: true, mtime: new Date(0) }, files);
    console.log(file);
  }
}
