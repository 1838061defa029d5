import type { ClockView } from "./admin";
import { operations } from "./contract";
import type { Desktop, Volume } from "./desktops";
import { dialectCatalogue, dialectNames } from "./dialects";
import { catalogue, faultSchema, type FaultKind } from "./fault-catalogue";
import type { FaultName, OrderedFault } from "./faults";
import { jobTypeWord } from "./job-views";
import type { SubJob } from "./jobs";
import type { Project } from "./project";
import type { State } from "./state";

/** More than a person can read is not shown. */
const most = { desktops: 200, jobs: 50, requests: 100 };

interface JobShown {
  readonly id: string;
  readonly type: string;
  readonly desktop_id: string;
  readonly status: string;
  /** 0..100 */
  readonly process: number;
  readonly begun_at: number;
  readonly reason: string | null;
}

interface DesktopShown {
  readonly desktop_id: string;
  readonly computer_name: string;
  readonly status: string;
  readonly root_volume: Volume;
  readonly data_volumes: readonly Volume[];
  readonly job: JobShown | null;
}

interface RequestShown {
  readonly id: string;
  readonly time: number;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly dialects: readonly string[];
  readonly faults: readonly string[];
}

/** What the page shows, all of it at one moment. */
export interface Overview {
  readonly clock: ClockView;
  readonly dialects: readonly {
    readonly name: string;
    readonly summary: string;
    readonly plain: boolean;
    readonly spoken: boolean;
  }[];
  readonly faults: readonly OrderedFault[];
  /** What can be ordered. */
  readonly catalogue: readonly {
    readonly fault: string;
    readonly kind: FaultKind;
    readonly summary: string;
    readonly required: readonly string[];
  }[];
  /** Operations of the service, for which a fault can be ordered. */
  readonly operations: readonly string[];
  readonly desktops: readonly DesktopShown[];
  readonly desktop_count: number;
  /** Newest first. */
  readonly jobs: readonly JobShown[];
  /** Newest first. */
  readonly requests: readonly RequestShown[];
}

/** What can be ordered never changes. */
const orders = (Object.keys(catalogue) as FaultName[]).map((fault) => {
  const { kind, summary } = catalogue[fault];
  const { required } = faultSchema(fault) as { required: readonly string[] };
  return { fault, kind, summary, required: required.filter((name) => name !== "fault") };
});
const offered = operations.filter(({ isIam }) => !isIam).map(({ id }) => id);

/** Shows everything to a person: nothing is left out by a dialect or a fault. */
export function overview(state: State): Overview {
  const { clock, dialects, rules, log, projects, skewMs } = state;
  const all = projects.flatMap((project) => project.desktops.map((desktop) => ({ project, desktop })));
  const jobs = projects.flatMap((project) =>
    project.jobs.latest(most.jobs).flatMap((job) => job.subJobs.map((subJob) => jobShown(project, subJob))),
  );
  return {
    clock: { mode: clock.mode, now: clock.now(), skew_ms: skewMs },
    dialects: dialectNames.map((name) => {
      const { summary, plain } = dialectCatalogue[name];
      return { name, summary, plain, spoken: dialects.has(name) };
    }),
    faults: rules.list(),
    catalogue: orders,
    operations: offered,
    desktops: all.slice(0, most.desktops).map(({ project, desktop }) => desktopShown(project, desktop)),
    desktop_count: all.length,
    jobs: jobs.sort((one, other) => other.begun_at - one.begun_at).slice(0, most.jobs),
    requests: log.latest(most.requests).map(({ request, dialects: spoken, faults }) => {
      const { request_id: id, time, method, path, status } = request;
      return { id, time, method, path, status, dialects: spoken, faults: [...faults] };
    }),
  };
}

function desktopShown(project: Project, desktop: Desktop): DesktopShown {
  project.jobs.settle(desktop);
  const { desktop_id, computer_name, status, root_volume, data_volumes, running } = desktop;
  const job = running ? jobShown(project, running) : null;
  return { desktop_id, computer_name, status, root_volume, data_volumes, job };
}

function jobShown({ jobs, dialects }: Project, subJob: SubJob): JobShown {
  const { id, job, desktop, endsAt, failure } = subJob;
  const status = jobs.state(job, endsAt, failure);
  return {
    id,
    type: jobTypeWord(job.type, dialects),
    desktop_id: desktop.desktop_id,
    status,
    process: jobs.progress(subJob),
    begun_at: job.begunAt,
    reason: status === "FAIL" ? (failure?.reason ?? null) : null,
  };
}
