import type { Clock } from "./clock";
import { findDesktops } from "./desktop-filters";
import { viewDesktop } from "./desktop-views";
import { specCode, type Desktop } from "./desktops";
import { createDesktops, deleteDesktops, runDesktops, type NewDesktops } from "./desktop-life";
import type { LaggingRead } from "./dialects";
import type { ViewFault } from "./faults";
import { JobViews } from "./job-views";
import type { Job, SubJob } from "./jobs";
import { listProducts, type ProductQuery } from "./products";
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
    const { volumes, enterprise_project_id } = body as {
      volumes: NewVolume[];
      enterprise_project_id?: string;
    };
    const items = [{ desktop_id: text(params.desktop_id), volumes }];
    return started(addVolumes(project, items, start, enterprise_project_id));
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

  CreateDesktop: ({ project, body, start }) => started(createDesktops(project, body as NewDesktops, start)),

  // It answers no job: the desktop is gone when reads no longer show it.
  DeleteDesktop: ({ project, params, query, start }) => {
    const isForced = query.is_force_delete === true;
    deleteDesktops(project, [text(params.desktop_id)], start, { shown: false, isForced });
    return { status: 204, body: undefined };
  },

  BatchDeleteDesktops: ({ project, body, start }) => {
    const { desktop_ids, is_force_delete: isForced = false } = body as {
      desktop_ids: string[];
      is_force_delete?: boolean;
    };
    const job = deleteDesktops(project, desktop_ids, start, { shown: true, isForced });
    return { ...started(job), status: 202 };
  },

  BatchRunDesktops: ({ project, body, start }) => {
    const { desktop_ids, op_type, type } = body as { desktop_ids: string[]; op_type: string; type?: string };
    const operation = { name: op_type, isForced: type === "HARD" };
    const failed = runDesktops(project, desktop_ids, operation, start);
    return { status: 200, body: { failed_operation_list: failed } };
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
    const { offset = 0, limit } = call.query as { offset?: number; limit: number };
    const found = findDesktops(call.project, call.query, call.views);
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
    settleAll(job.subJobs, call);
    return { status: 200, body: jobViewsOf(call).job(job) };
  },

  ListItaSubJobs: (call) => {
    const {
      job_id,
      job_type,
      status,
      desktop_pool_id,
      offset = 0,
      limit,
    } = call.query as {
      job_id?: string;
      job_type?: string;
      status?: string;
      desktop_pool_id?: string;
      offset?: number;
      limit: number;
    };
    const { jobs, dialects } = call.project;
    if (dialects.has("narrow-job-lists")) {
      if ((job_id ?? "") === "" && (job_type ?? "") === "")
        throw invalidParameter("job_id or job_type is missing");
      if (offset > maxJobOffset) throw invalidParameter(`offset must be at most ${maxJobOffset}`);
    }
    const subJobs = [...jobs.subJobs(job_id)];
    settleAll(subJobs, call);
    const views = jobViewsOf(call);
    const found = views
      .listed(subJobs)
      .filter(
        ({ subJob, at }) =>
          (job_type === undefined || views.typeOf(subJob.job) === job_type) &&
          (desktop_pool_id === undefined || subJob.desktop.pool_id === desktop_pool_id) &&
          (status === undefined || views.statusOf(subJob, at) === status),
      );
    const page = found.slice(offset, offset + limit).map(({ subJob, at }) => views.subJob(subJob, at));
    return { status: 200, body: { jobs: page, total_count: found.length } };
  },

  ListProducts: ({ project, query }) => ({
    status: 200,
    body: listProducts(project.region, query as unknown as ProductQuery),
  }),

  ListVolumeProducts: ({ project, query }) => {
    const { volume_type: type, availability_zone: zone } = query as {
      volume_type?: string;
      availability_zone?: string;
    };
    // Each zone of the region has everything.
    const isSold = zone === undefined || zone.startsWith(project.region);
    const volumes = products.filter(
      ({ volume_type }) => isSold && (type === undefined || volume_type === type),
    );
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

/** An answer that shows the end of a job lasts only if the end is in the history, and so in the state file. */
function settleAll(subJobs: readonly SubJob[], { project }: WorkspaceCall): void {
  for (const { desktop } of subJobs) project.jobs.settle(desktop);
}

function started(job: Job): Answer {
  return { status: 200, body: { job_id: job.id } };
}

function viewerOf({ project, clock, random, views }: WorkspaceCall, read: LaggingRead) {
  const { jobs, dialects } = project;
  const staleView = (desktop: Desktop) => project.staleView(desktop);
  return { staleView, jobs, now: clock.now(), random, faults: views, dialects, read };
}

function jobViewsOf({ project, clock }: WorkspaceCall): JobViews {
  return new JobViews(project.jobs, project.dialects, clock.now());
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
