import { BuildProgress, buildArguments } from "./go-build";

test("the binary is built with the version it will say", () => {
  const args = buildArguments("/out/pulumi");
  expect(args).toContain("-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0");
  expect(args.slice(-3)).toEqual(["-o", "/out/pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"]);
});

test("progress tells modules, then packages, then linking", () => {
  const progress = new BuildProgress();
  expect(progress.describe(1_000)).toBe("0:01  starting");
  progress.add("go: downloading github.com/a/b v1.2.3");
  progress.add("go: downloading example.org/c v0.1.0");
  expect(progress.describe(15_000)).toBe("0:15  2 modules loaded, last example.org/c");
  progress.add("internal/goarch");
  progress.add("errors");
  progress.add("# some/package");
  progress.add("some warning with words");
  expect(progress.describe(75_400)).toBe("1:15  2 packages compiled, last errors");
  progress.add("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
  expect(progress.describe(600_000)).toBe("10:00  3 packages compiled, linking");
});
