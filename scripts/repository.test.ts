import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRepositoryRoot, repositoryRoot } from "./repository";

test("the root is found from any folder, that of compiled files and that of another package too", () => {
  expect(findRepositoryRoot(join(repositoryRoot, "build", "scripts", "pulumi"))).toBe(repositoryRoot);
  expect(findRepositoryRoot(join(repositoryRoot, "emulator", "src"))).toBe(repositoryRoot);
});

test("elsewhere there is none", () => {
  expect(() => findRepositoryRoot(tmpdir())).toThrow("not inside");
});
