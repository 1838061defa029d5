import { VirtualClock } from "../../testing/virtualClock";
import { progressPace } from "./progressPace";

/** About what, and at which second, a line is shown where all want to show one each 500 ms. */
function shown(CI: string | undefined, seconds: number): string[] {
  const clock = new VirtualClock();
  const isTime = progressPace(clock, { CI });
  const lines: string[] = [];
  while (clock.now() <= seconds * 1000) {
    for (const about of ["a", "b"]) if (isTime(about)) lines.push(`${about} ${clock.now() / 1000}`);
    clock.advance(500);
  }
  return lines;
}

test.each([undefined, "", "false", "0"])("CI=%s: one line a second about each thing", (CI) => {
  expect(shown(CI, 2)).toEqual(["a 0", "b 0", "a 1", "b 1", "a 2", "b 2"]);
});

test.each(["true", "1", "woodpecker"])("CI=%s: one line each 30 s about all of them", (CI) => {
  expect(shown(CI, 70)).toEqual(["a 30", "a 60"]);
});
