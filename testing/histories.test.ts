/** A short part of `npm run chaos`, the same in each run and for each front. */
import { excludedNames } from "./excluded";
import { campaign } from "./history/campaign";
import { dynamicFront } from "./dynamicFront";
import { pluginFront } from "./pluginFront";

test.each([
  ["the dynamic front", dynamicFront],
  ["the plugin", pluginFront],
])(
  "random histories keep every promise, but for what is excluded by name: %s",
  async (_name, provider) => {
    const draw = { without: excludedNames, isHarshest: false, maxLagMs: 10_000 };
    const { seeds, figures, failures } = await campaign({
      provider,
      draw,
      seed: 1,
      seeds: 40,
      shrinks: 60,
    });

    expect(failures.map(({ text }) => text).join("\n\n")).toBe("");
    expect(seeds).toBe(40);
    // They had something to say.
    expect(figures.operations).toBeGreaterThan(500);
    expect(figures.failed).toBeGreaterThan(30);
    expect(figures.lost).toBeGreaterThan(5);
    expect(figures.bought).toBeGreaterThan(100);
  },
  240_000,
);
