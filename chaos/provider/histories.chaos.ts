/** Random histories through the provider, one for each seed. */
import { campaign, describe as told } from "../../provider/testing/chaos/campaign";
import { forMs, path, seed, seeds, tell } from "../options";

test(
  "random histories keep every promise",
  async () => {
    const began = performance.now();
    const findings = await campaign({ seed, seeds, forMs, path, tell });
    tell(told(findings, performance.now() - began));
    expect(findings.failures.map((failure) => failure.seed)).toEqual([]);
  },
  2 ** 31 - 1,
);
