/** In an empty project, with every package manager: installed, brought up, destroyed, and nothing is left. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { liveThrough } from "../../scripts/installation/life";
import { describeInstallation, installations } from "../../scripts/installation/matrix";
import { packTarball } from "../../scripts/installation/pack";
import { obtainCli } from "../../scripts/pulumi/obtain";
import { assertFresh, languageHostBuild, providerBuild } from "../engine/freshness";

// The first run downloads Node, package managers and SDKs.
jest.setTimeout(600_000);

let folder: string;

beforeAll(() => {
  assertFresh(providerBuild);
  assertFresh(languageHostBuild);
  folder = mkdtempSync(join(tmpdir(), "tarball-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each(installations.map((installation) => ({ title: describeInstallation(installation), installation })))(
  "$title",
  async ({ installation }) => {
    const cli = await obtainCli(() => undefined);
    const { file } = await packTarball(folder);

    const { node, pulumi, made, left } = await liveThrough(installation, file, cli);

    expect(`${node}.`.startsWith(`${installation.node}.`)).toBe(true);
    if (installation.pulumi !== "latest") expect(pulumi).toBe(installation.pulumi);
    expect({ made, left }).toEqual({ made: [1, 2], left: [0, 0] });
  },
);
