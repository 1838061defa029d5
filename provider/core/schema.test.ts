import { nearestName } from "./schema";

const known = ["region", "projectId", "deletionProtection", "deletionPolicy", "size", "iops", "token"];

test.each<[string, string | undefined]>([
  ["regoin", "region"],
  ["Region", "region"],
  ["deletionprotection", "deletionProtection"],
  ["deletion_protection", "deletionProtection"],
  ["deletePolicy", "deletionPolicy"],
  ["sise", "size"],
  ["project_id", "projectId"],
  ["banana", undefined],
  ["x".repeat(100_000), undefined],
  ["", undefined],
])("%.30s is most likely %s", (name, meant) => {
  expect(nearestName(name, known)).toBe(meant);
});
