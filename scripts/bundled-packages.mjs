/** The packages whose code is in the plugin's bundle, with their licences. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every package that esbuild put into the bundle: name and version, licence by SPDX name, and its text if it has a file for it. */
export function bundledPackages(root) {
  const { inputs } = JSON.parse(readFileSync(join(root, "build", "plugin", "bundled.json"), "utf8"));
  const folders = Object.keys(inputs).map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders)].filter(Boolean).map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const texts = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    const text = texts.map((file) => readFileSync(join(root, folder, file), "utf8")).join("\n");
    return { id: `${name}@${version}`, license, text };
  });
}
