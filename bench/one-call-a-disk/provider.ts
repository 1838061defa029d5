import * as pulumi from "@pulumi/pulumi";
import axios from "axios";

/*
 * What `npm run bench` measures against: the provider that one writes from the
 * documentation of dynamic providers and of the service in an afternoon. One
 * call a disk, p-retry on 409, a look at the job every two seconds, "not found"
 * is gone. It is kept honest: nothing in it is slower than it has to be. That it
 * now and then takes a disk for its own that was added for another resource,
 * and so leaves one behind, is how such a provider is, and is counted.
 */

interface Disk {
  desktopId: string;
  type: string;
  size: number;
}

interface Volume {
  volume_id: string;
}

interface Shown {
  desktop: { data_volumes: Volume[] };
}

const pollMs = 2_000;

/** A token comes from the environment, as a pipeline would set it before. */
function service() {
  const {
    HW_WORKSPACE_ENDPOINT: endpoint = "",
    HW_PROJECT_ID: project = "",
    HW_AUTH_TOKEN = "",
  } = process.env;
  return axios.create({ baseURL: `${endpoint}/v2/${project}`, headers: { "X-Auth-Token": HW_AUTH_TOKEN } });
}

async function volumesOf(desktopId: string): Promise<string[]> {
  const { data } = await service().get<Shown>(`/desktops/${desktopId}`);
  return data.desktop.data_volumes.map(({ volume_id }) => volume_id);
}

/** Tries again for as long as the desktop is busy. */
async function untilFree<T>(send: () => Promise<T>): Promise<T> {
  const { default: pRetry } = await import("p-retry");
  return pRetry(send, {
    retries: 200,
    minTimeout: 500,
    maxTimeout: 2_000,
    randomize: true,
    shouldRetry: ({ error }) => axios.isAxiosError(error) && error.response?.status === 409,
  });
}

async function jobOver(jobId: string): Promise<void> {
  for (;;) {
    const { data } = await service().get<{ status: string }>(`/workspace-jobs/${jobId}`);
    if (data.status === "SUCCESS") return;
    if (data.status.startsWith("FAIL")) throw new Error(`job ${jobId} failed`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

const provider: pulumi.dynamic.ResourceProvider<Disk, Disk> = {
  async create(disk) {
    const { before, jobId } = await untilFree(async () => {
      const known = await volumesOf(disk.desktopId);
      const body = { volumes: [{ type: disk.type, size: disk.size }] };
      const { data } = await service().post<{ job_id: string }>(`/desktops/${disk.desktopId}/volumes`, body);
      return { before: known, jobId: data.job_id };
    });
    await jobOver(jobId);
    const added = (await volumesOf(disk.desktopId)).find((id) => !before.includes(id));
    if (added === undefined) throw new Error(`job ${jobId} added no disk`);
    return { id: added, outs: disk };
  },
  async delete(id, disk) {
    try {
      const jobId = await untilFree(async () => {
        const path = `/desktops/${disk.desktopId}/volumes/batch-delete`;
        const { data } = await service().post<{ job_id: string }>(path, { volume_ids: [id] });
        return data.job_id;
      });
      await jobOver(jobId);
    } catch (error) {
      if (!axios.isAxiosError(error) || error.response?.status !== 404) throw error;
    }
  },
};

/** A data disk, one call each. */
export class OneCallADisk extends pulumi.dynamic.Resource {
  constructor(name: string, disk: Disk) {
    super(provider, name, disk);
  }
}
