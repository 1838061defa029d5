/** A short part of `npm run chaos`, the same in each run. */
import { campaign } from "./testing/chaos/campaign";

test("random histories through the provider keep every promise", async () => {
  const { seeds, account, failures } = await campaign({ seed: 1, seeds: 40, shrinks: 60 });

  expect(failures.map(({ text }) => text).join("\n\n")).toBe("");
  expect(seeds).toBe(40);
  // They had something to say.
  expect(account.operations).toBeGreaterThan(400);
  expect(account.failed).toBeGreaterThan(20);
  expect(account.lost).toBeGreaterThan(10);
}, 240_000);
