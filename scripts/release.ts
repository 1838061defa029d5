/**
 * Tags and packs what is checked out, and says how to publish it, or does so
 * with `--publish`. Refuses a tree that is dirty, not on main, untested, or
 * without a version and notes of its own.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { contentProblems } from "./installation/contents";
import type { Manifest } from "./installation/contents";
import { packTarball } from "./installation/pack";
import { installEnvironment, runAndTell } from "./installation/run";
import { packageVersion, refusals, tagOf } from "./release/refusals";
import { Tree } from "./release/tree";
import { repositoryRoot } from "./repository";
import { packSdks } from "./sdks/pack";

const buildTimeout = 300_000;

/** Compiles into an empty `dist`, so that nothing of a removed source is in it, and packs that, the plugin and its SDKs. */
async function pack(): Promise<string> {
  rmSync(join(repositoryRoot, "dist"), { recursive: true, force: true });
  const env = installEnvironment(process.env);
  await runAndTell("npm", ["run", "build"], { cwd: repositoryRoot, env, timeout: buildTimeout });
  const folder = join(repositoryRoot, "build", "release");
  mkdirSync(folder, { recursive: true });
  const tarball = await packTarball(folder);
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as Manifest;
  const problems = contentProblems(tarball.paths, manifest, (module) =>
    existsSync(join(repositoryRoot, `${module}.ts`)),
  );
  if (problems.length > 0) throw new Error(["The tarball is not right:", ...problems].join("\n  - "));
  await runAndTell("npm", ["run", "pack:plugin", "--", folder], {
    cwd: repositoryRoot,
    env,
    timeout: buildTimeout,
  });
  await packSdks(folder);
  return relative(repositoryRoot, tarball.file);
}

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((argument) => argument !== "--publish");
  if (unknown.length > 0) throw new Error(`usage: npm run release [-- --publish]; not ${unknown.join(" ")}`);
  const tree = new Tree(repositoryRoot);
  const reasons = refusals(tree);
  if (reasons.length > 0) throw new Error(["Not released:", ...reasons].join("\n  - "));

  const version = packageVersion(repositoryRoot);
  const file = await pack();
  tree.tag(tagOf(version), `Version ${version}`);
  console.log(`Tagged ${tagOf(version)}, packed ${file}, and the plugin and its SDKs beside it.`);
  if (args.includes("--publish")) {
    // If this fails, the tag stays: what was packed is that version, and may be published by hand.
    const env = process.env;
    await runAndTell("npm", ["publish", file], { cwd: repositoryRoot, env, timeout: buildTimeout });
    console.log(`Published version ${version}. Now:\n  git push origin ${tagOf(version)}`);
  } else {
    console.log(`Now:\n  npm publish ${file}\n  git push origin ${tagOf(version)}`);
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
