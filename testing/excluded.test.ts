import { excluded } from "./excluded";
import { isFeature } from "./history/features";

test("everything that is excluded is known by name, is named once, and says why", () => {
  const names = excluded.map(({ name }) => name);

  expect(names.filter((name) => !isFeature(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  for (const { reason, why } of excluded) {
    expect(reason).toBe("core issue");
    expect(why.length).toBeGreaterThan(20);
  }
});
