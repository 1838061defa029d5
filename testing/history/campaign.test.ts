/** A campaign over a wrong provider: what it finds can be repeated, and what is to blame is found out. */
import { forgetsOnError } from "../planted";
import { dynamicFront } from "../dynamicFront";
import { blame, describeBlame } from "./blame";
import { campaign, type Campaign } from "./campaign";
import type { Feature } from "./features";
import { dialectNames } from "huaweicloud-workspace-emulator";

/** The reading in which the present provider keeps every promise. */
const without: Feature[] = [
  ...dialectNames.filter((name) => name !== "official-job-words" && name !== "idle-is-empty"),
  "fault:repeat",
  "fault:volumes-added",
  "second-actor-any",
];

const options: Campaign = {
  provider: forgetsOnError(dynamicFront),
  draw: { without, isHarshest: false, maxLagMs: 1_000 },
  seed: 27,
  seeds: 1,
  shrinks: 8,
  flags: " --actor off",
};

test("a seed that breaks a promise is told with the command that repeats it", async () => {
  const told: string[] = [];
  const { failures } = await campaign({ ...options, tell: (line) => told.push(line) });
  const [failure] = failures;

  expect(failure?.promises).toContain("gone-is-gone");
  const text = failure?.text ?? "";
  expect(told).toContain(text);
  expect(text).toContain(
    `Repeat and shrink it: npm run chaos -- --seed ${failure?.seed ?? 0} --seeds 1 --actor off\n`,
  );
  const smallest =
    /Repeat only the smallest: npm run chaos -- --seed (\d+) --seeds 1 --actor off --path (\S+) --replay (\S+)/.exec(
      text,
    );
  const [, seed = "", path, replayPath] = smallest ?? [];

  const again = await campaign({ ...options, seed: Number(seed), seeds: 1, path, replayPath });

  const verdicts = (shown = "") =>
    shown
      .split("\n")
      .filter((line) => line.startsWith("- "))
      .map(withoutIds);
  expect(again.failures).toHaveLength(1);
  expect(verdicts(again.failures[0]?.text)).toEqual(verdicts(text));
}, 180_000);

test("the parts of a world that are to blame are found, and shown as a table", async () => {
  const { failures } = await campaign({ ...options, shrinks: 0, timelineOf: "A1" });

  // The timeline of a process is told on demand: what it was asked, sent and said.
  expect(failures[0]?.text).toMatch(/^ +\d+\.\d{3} op\d+ \w+ .*\n/m);
  expect(failures[0]?.text).toMatch(/^ +\d+\.\d{3} A1#\d+ GET .* -> 200/m);

  const table = await blame(failures, options.provider, 1);

  expect(table.get("gone-is-gone")).toMatchObject({ seeds: failures.length, examined: 1 });
  expect(Object.fromEntries(table.get("gone-is-gone")?.blamed ?? [])).toEqual({ "second-stack": 1 });
  expect(describeBlame(table)).toMatch(/^\| part \| .*gone-is-gone[^]*\| second-stack \| .*1/);
}, 180_000);

/** Ids of disks are other ones each time. */
function withoutIds(line: string): string {
  return line.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id");
}
