/** Random histories through the provider, one for each seed. */
import { blame, describeBlame } from "../../testing/history/blame";
import { campaign, describeFindings } from "../../testing/history/campaign";
import { promises } from "../../testing/judge/promises";
import { dynamicFront } from "../../testing/dynamicFront";
import { pluginFront } from "../../testing/pluginFront";
import { flags, forMs, seed, seeds, tell } from "../options";

test(
  "random histories keep every promise",
  async () => {
    if (flags.listsPromises) {
      for (const [name, summary] of Object.entries(promises)) tell(`${name}: ${summary}`);
      return;
    }
    const { draw, path, replayPath, shrinks, repeated, examined, timelineOf } = flags;
    const provider = flags.front === "plugin" ? pluginFront : dynamicFront;
    const began = performance.now();
    const parts = { provider, draw, path, replayPath, shrinks, timelineOf, flags: repeated };
    const findings = await campaign({ ...parts, seed, seeds, forMs, tell });
    tell(describeFindings(findings, performance.now() - began));
    const { failures } = findings;
    // A shrunk failure that is repeated is one that somebody knows already.
    if (failures.length > 0 && path === undefined)
      tell(`\n${describeBlame(await blame(failures, provider, examined))}\n`);
    expect(failures.map((failure) => failure.seed)).toEqual([]);
  },
  2 ** 31 - 1,
);
