import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repository";
import { isUsable, minimumVersion, parseVersion, wantedVersion } from "./version";

test.each([
  ["v3.259.0", [3, 259, 0]],
  ["3.259.0\n", [3, 259, 0]],
  ["v3.260.1-alpha.5", [3, 260, 1]],
  ["3.260.1+dirty", [3, 260, 1]],
])("%j is a version", (text, numbers) => {
  expect(parseVersion(text)).toEqual(numbers);
});

test.each(["", "3.259", "version 3.259.0", "v3.259.0.1", "three"])("%j is none", (text) => {
  expect(parseVersion(text)).toBeUndefined();
});

test.each([
  ["v3.245.0", true],
  ["v3.245.1", true],
  ["v3.1000.0", true],
  ["v3.244.99", false],
  ["v3.99.0", false],
  ["v2.300.0", false],
  ["v4.0.0", false],
  ["unknown", false],
])("with 3.245.0 as the minimum, %s is usable: %s", (found, usable) => {
  expect(isUsable(found, "3.245.0")).toBe(usable);
});

test("the wanted version is usable, and the one that go.mod names", () => {
  expect(isUsable(wantedVersion)).toBe(true);
  const goMod = readFileSync(join(repositoryRoot, "scripts", "pulumi-cli", "go.mod"), "utf8");
  expect(goMod).toContain(`github.com/pulumi/pulumi/pkg/v3 v${wantedVersion}\n`);
});

test("the minimum is the version of the installed SDK", () => {
  const manifest: unknown = JSON.parse(
    readFileSync(join(repositoryRoot, "node_modules", "@pulumi", "pulumi", "package.json"), "utf8"),
  );
  expect(manifest).toMatchObject({ version: minimumVersion });
});
