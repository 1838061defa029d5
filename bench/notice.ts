/** How long after a job's end we notice it. Time is moved by hand, so the round trip takes none. */
import { coreAlone } from "./alone";
import { type Figure, figure, quantile } from "./statistics";

const SAMPLES = 40;

/** For jobs of about one length. */
export interface NoticeRow {
  readonly jobMs: number;
  /** In ms. */
  readonly after: Figure;
  readonly p95: number;
  /** The same as a share (0..1) of each job's own length. */
  readonly p95Share: number;
  /** Calls to ShowJob for one job. */
  readonly looks: Figure;
}

/** One disk deleted on an idle desktop, for jobs of each length. */
export async function notice(): Promise<NoticeRow[]> {
  const rows: NoticeRow[] = [];
  for (const jobMs of [1_000, 5_000, 30_000, 120_000]) {
    const after: number[] = [];
    const shares: number[] = [];
    const looks: number[] = [];
    for (let n = 0; n < SAMPLES; n++) {
      // Looks come at fixed times at first: jobs of one length only would all end at the same moment between two.
      const lengthMs = Math.round(jobMs * (1 + (0.25 * n) / SAMPLES));
      const core = await coreAlone({ desktops: 1, jobTimeMs: lengthMs }, 1_000);
      core.cloud.furnish("disk-1");
      const began = core.clock.date().getTime() - core.clock.now();
      const { error, at } = await core.time.until(core.remove("disk-1"));
      const requests = core.emulator.requests();
      const sent = requests.find(({ method }) => method !== "GET");
      if (sent === undefined || core.cloud.disks().length > 0) {
        throw new Error("the disk was not deleted", { cause: error });
      }
      const late = at - (sent.time - began) - lengthMs;
      after.push(late);
      shares.push(late / lengthMs);
      looks.push(requests.filter(({ path }) => path.includes("/workspace-jobs/")).length);
      await core.cloud.end();
    }
    rows.push({
      jobMs,
      after: figure(after),
      p95: quantile(after, 0.95),
      p95Share: quantile(shares, 0.95),
      looks: figure(looks),
    });
  }
  return rows;
}
