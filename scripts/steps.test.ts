import { describeSteps, runSteps } from "./steps";

test("a step that fails does not keep the others from being run", async () => {
  const log: string[] = [];
  let time = 0;
  const step = (name: string, ms: number, failure?: string) => ({
    name,
    run: () => {
      time += ms;
      return failure === undefined ? Promise.resolve() : Promise.reject(new Error(failure));
    },
  });

  const results = await runSteps(
    [step("types", 1_000), step("lint", 2_500, "exit code 1"), step("tests", 60_000)],
    (line) => log.push(line),
    () => time,
  );

  expect(results).toEqual([
    { name: "types", ms: 1_000 },
    { name: "lint", ms: 2_500, failure: "exit code 1" },
    { name: "tests", ms: 60_000 },
  ]);
  expect(log).toEqual(["\n== types", "\n== lint", "exit code 1", "\n== tests"]);
  expect(describeSteps(results)).toEqual([
    "ok         1.0 s  types",
    "FAILED     2.5 s  lint",
    "ok        60.0 s  tests",
  ]);
});
