import type { Clock } from "../clock";
import { Dialects } from "../dialects";
import { History } from "../history";
import { Project } from "../project";

/** The origin of what a test does by itself. */
export const by = { who: "admin" } as const;

/** A project without a server around it, whose jobs take so many ms. */
export function projectOn(
  clock: Clock,
  { jobMs = 10, maxJobs = 50, dialects = [] as string[] } = {},
): Project {
  return new Project({
    id: "p",
    name: "p",
    region: "r",
    domainId: "d",
    clock,
    dialects: new Dialects(dialects, 1, 10_000),
    history: new History(),
    jobDuration: () => jobMs,
    maxJobs,
  });
}
