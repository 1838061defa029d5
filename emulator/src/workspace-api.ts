import type { Clock } from "./clock";
import { viewDesktop } from "./desktop-views";
import { specCode, type Desktop } from "./desktops";
import type { LaggingRead } from "./dialects";
import type { ViewFault } from "./faults";
import { JobViews } from "./job-views";
import type { Job } from "./jobs";
import type { Project } from "./project";
import type { Random } from "./random";
import { invalidParameter, unknownDesktop, unknownJob } from "./refusals";
import {
  addVolumes,
  deleteVolumes,
  expandVolumes,
  modifyQos,
  type Expansion,
  type NewVolume,
  type NewVolumesOfDesktop,
  type Qos,
  type Start,
} from "./volumes";

/** What an operation answers. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call of the service, checked against its schema. */
export interface WorkspaceCall {
  readonly project: Project;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly clock: Clock;
  readonly random: Random;
  readonly views: readonly ViewFault[];
  readonly start: Start;
}

type Handler = (call: WorkspaceCall) => Answer;

/** As many desktops as one answer holds, whatever the limit says. */
const maxDesktopsInAnswer = 100;

/** The largest offset of a job list in the dialect narrow-job-lists. */
const maxJobOffset = 10_000;

/** The operations of Workspace by their operationId. */
export const workspaceHandlers: Readonly<Record<string, Handler>> = {
  AddDesktopVolumes: ({ project, params, body, start }) => {
    const { volumes } = body as { volumes: NewVolume[] };
    return started(addVolumes(project, [{ desktop_id: text(params.desktop_id), volumes }], start));
  },

  AddVolumes: ({ project, body, start }) => {
    const { desktop_volumes, addDesktopVolumesReq } = body as {
      desktop_volumes?: NewVolumesOfDesktop[];
      addDesktopVolumesReq?: NewVolumesOfDesktop[];
    };
    const items = needed(desktop_volumes ?? addDesktopVolumesReq, "desktop_volumes");
    return started(addVolumes(project, items, start));
  },

  DeleteDesktopVolumes: ({ project, params, body, start }) => {
    const { volume_ids } = body as { volume_ids?: string[] };
    const volumeIds = needed(volume_ids, "volume_ids");
    return started(deleteVolumes(project, text(params.desktop_id), volumeIds, start));
  },

  ExpandDesktopVolume: ({ project, params, body, start }) => {
    const { new_size } = body as { new_size: number };
    const item = { desktop_id: text(params.desktop_id), volume_id: text(params.volume_id), new_size };
    return started(expandVolumes(project, [item], start));
  },

  ExpandVolumes: ({ project, body, start }) => {
    const { desktop_volumes_expansion } = body as { desktop_volumes_expansion?: Expansion[] };
    const items = needed(desktop_volumes_expansion, "desktop_volumes_expansion");
    return started(expandVolumes(project, items, start));
  },

  BatchModifyQosVolumes: ({ project, body, start }) => {
    const { volume_ids, qos } = body as { volume_ids: string[]; qos: Qos };
    return started(modifyQos(project, volume_ids, qos, start));
  },

  ShowDesktopDetail: (call) => {
    const desktopId = text(call.params.desktop_id);
    const desktop = call.project.readable(desktopId, "desktop");
    if (!desktop) throw unknownDesktop(desktopId);
    const view = viewDesktop(desktop, viewerOf(call, "desktop"));
    const asArray = call.views.some(({ fault }) => fault === "desktop-as-array");
    return { status: 200, body: { desktop: asArray ? [view] : view } };
  },

  ListDesktopsDetail: (call) => {
    const { offset, limit } = call.query as { offset: number; limit: number };
    const found = findDesktops(call);
    const page = found.slice(offset, offset + Math.min(limit, maxDesktopsInAnswer));
    const viewer = viewerOf(call, "list");
    const desktops = page.map((desktop) => {
      call.project.jobs.settle(desktop);
      return viewDesktop(desktop, viewer);
    });
    return { status: 200, body: { desktops, total_count: found.length } };
  },

  ShowJob: (call) => {
    const jobId = text(call.params.job_id);
    const job = call.project.jobs.get(jobId);
    if (!job) throw unknownJob(jobId);
    return { status: 200, body: jobViewsOf(call).job(job) };
  },

  ListItaSubJobs: (call) => {
    const { job_id, job_type, status, offset, limit } = call.query as {
      job_id?: string;
      job_type?: string;
      status?: string;
      offset: number;
      limit: number;
    };
    const { jobs, dialects } = call.project;
    if (dialects.has("narrow-job-lists")) {
      if ((job_id ?? "") === "" && (job_type ?? "") === "")
        throw invalidParameter("job_id or job_type is missing");
      if (offset > maxJobOffset) throw invalidParameter(`offset must be at most ${maxJobOffset}`);
    }
    const views = jobViewsOf(call);
    const found = views
      .listed(jobs.subJobs(job_id))
      .filter(
        ({ subJob, at }) =>
          (job_type === undefined || views.typeOf(subJob.job) === job_type) &&
          (status === undefined || views.statusOf(subJob, at) === status),
      );
    const page = found.slice(offset, offset + limit).map(({ subJob, at }) => views.subJob(subJob, at));
    return { status: 200, body: { jobs: page, total_count: found.length } };
  },

  ListVolumeProducts: ({ query }) => {
    const type = query.volume_type;
    const volumes = products.filter((product) => type === undefined || product.volume_type === type);
    return { status: 200, body: { volumes } };
  },

  ShowQuotas: ({ project }) => {
    const desktops = project.settledDesktops();
    const disks = desktops.flatMap((desktop) => [desktop.root_volume, ...desktop.data_volumes]);
    const gigabytes = disks.reduce((sum, { size }) => sum + size, 0);
    const resources = [
      { type: "general_instances", quota: 100_000, used: desktops.length, unit: "count" },
      { type: "volumes", quota: 1_000_000, used: disks.length, unit: "count" },
      { type: "volume_gigabytes", quota: 1_000_000_000, used: gigabytes, unit: "GB" },
    ];
    return { status: 200, body: { quotas: { resources }, site_quotas: [{ site_id: "center", resources }] } };
  },
};

function started(job: Job): Answer {
  return { status: 200, body: { job_id: job.id } };
}

function viewerOf({ project, clock, random, views }: WorkspaceCall, read: LaggingRead) {
  const { jobs, dialects } = project;
  return { jobs, now: clock.now(), random, faults: views, dialects, read };
}

function jobViewsOf({ project, clock }: WorkspaceCall): JobViews {
  return new JobViews(project.jobs, project.dialects, clock.now());
}

function findDesktops({ project, query, views }: WorkspaceCall): readonly Desktop[] {
  const { desktop_id, computer_name, tag, pool_id, user_name, status, enterprise_project_id } = query as {
    desktop_id?: string[];
    computer_name?: string;
    tag?: string;
    pool_id?: string;
    user_name?: string;
    status?: string;
    enterprise_project_id?: string;
  };
  const tests: ((desktop: Desktop) => boolean)[] = [];
  const equal = (key: "pool_id" | "user_name" | "enterprise_project_id", wanted: string | undefined) => {
    if (wanted !== undefined) tests.push((desktop) => desktop[key] === wanted);
  };
  if (computer_name !== undefined) tests.push((desktop) => desktop.computer_name.includes(computer_name));
  if (status !== undefined) tests.push((desktop) => desktop.status === status);
  equal("pool_id", pool_id);
  equal("user_name", user_name);
  equal("enterprise_project_id", enterprise_project_id);
  for (const [key, value] of tagPairs(tag)) {
    tests.push((desktop) => desktop.tags.some((one) => one.key === key && one.value === value));
  }
  for (const view of views) {
    if (view.fault === "list-misses-desktop") tests.push((desktop) => desktop.desktop_id !== view.desktop_id);
  }
  const candidates =
    desktop_id === undefined
      ? [...project.desktops, ...project.leavingDesktops("list")]
      : [...new Set(desktop_id)].flatMap((id) => project.readable(id, "list") ?? []);
  // The whole list is what is asked for most: it must not cost a look at every desktop.
  if (tests.length === 0) return candidates;
  return candidates.filter((desktop) => tests.every((test) => test(desktop)));
}

function tagPairs(tag: string | undefined): [string, string][] {
  if (tag === undefined || tag === "") return [];
  return tag.split(",").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    if (at <= 0) throw invalidParameter("tag must be written as k=v,k2=v2");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** Path parameters are always there: the path would not have matched without. */
function text(param: string | undefined): string {
  return param ?? "";
}

function needed<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw invalidParameter(`${name} is missing`);
  return value;
}

function product(type: string, name: string, tunable: boolean) {
  return {
    volume_type: type,
    resource_spec_code: specCode(type),
    volume_product_type: "workspace",
    resource_type: "hws.resource.type.workspace.volume",
    cloud_service_type: "hws.service.type.vdi",
    name: [{ language: "en-us", value: name }],
    status: "normal",
    iops: tunable ? { min: 3000, max: 128_000 } : null,
    throughput: tunable ? { min: 125, max: 1000 } : null,
  };
}

const products = [
  product("SAS", "High I/O", false),
  product("SSD", "Ultra-high I/O", false),
  product("GPSSD", "General-purpose SSD", false),
  product("GPSSD2", "General-purpose SSD V2", true),
  product("ESSD", "Extreme SSD", false),
];
