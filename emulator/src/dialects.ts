import { invalidParameter } from "./refusals";
import { seededRandom } from "./random";

/** What the service's documents leave open, each reading by its name. */
export const dialectNames = [
  "absent-lists",
  "errors-as-200",
  "official-job-words",
  "zoneless-times",
  "narrow-job-lists",
  "sparse-sub-jobs",
  "idle-is-empty",
  "running-only",
  "five-minutes",
  "unknown-as-400",
  "lagging-reads",
  "repeated-parameter",
  "repeating-gateway",
] as const;

export type DialectName = (typeof dialectNames)[number];

export interface DialectEntry {
  /** One line for the documentation. */
  readonly summary: string;
  /** Where the reading comes from. */
  readonly source: string;
  /** It belongs to the plain reading of the official documents, which is spoken by default. */
  readonly plain: boolean;
}

function entry(summary: string, source: string, plain = false): DialectEntry {
  return { summary, source, plain };
}

/** Every dialect that can be spoken. */
export const dialectCatalogue: Readonly<Record<DialectName, DialectEntry>> = {
  "absent-lists": entry(
    "a desktop without data disks comes without data_volumes; fields without a value are absent, never null",
    "documents: example of ListDesktopsDetail (HJG01), minItems: 1",
    true,
  ),
  "errors-as-200": entry(
    "a refusal of the service comes as HTTP 200 with error_code and error_msg, and without job_id",
    "documents: Workspace Error Codes lists WKS.00010109, WKS.00010306 and others under status 200",
  ),
  "official-job-words": entry(
    "job_type is addVolumes, deleteVolumes, expandVolumes; statuses are WAITING, RUNNING, SUCCESS, FAILED",
    "documents: parameters of ListItaSubJobs",
    true,
  ),
  "zoneless-times": entry(
    "times of disks, too, are written 2020-04-10 06:45:14; all such times are UTC or +08:00, drawn by the seed",
    "documents: example of ListItaSubJobs; no page states the zone",
  ),
  "narrow-job-lists": entry(
    "ListItaSubJobs wants job_id or job_type, takes an offset up to 10,000, and lists newest or oldest first",
    "documents: both filters are advised, maximum of offset; no page states the order",
  ),
  "sparse-sub-jobs": entry(
    "sub-jobs come without entities, process and message; jobs of some types have no sub-jobs (sub_jobs_total 0)",
    "documents: all three are optional; version 1 of the API",
  ),
  "idle-is-empty": entry(
    'task_status is "" on an idle desktop and during volume jobs, and a power, build or network word otherwise',
    "documents: example and values of task_status in ListDesktopsDetail",
    true,
  ),
  "running-only": entry(
    "disks are added only while the desktop runs (status ACTIVE)",
    "documents: user guide, adding a disk",
  ),
  "five-minutes": entry(
    "a second add on a desktop within 5 minutes of the first is refused with WKS.0407",
    "Terraform provider: its desktop resource waits five minutes after WKS.0407",
  ),
  "unknown-as-400": entry(
    "an unknown desktop is 400 WKS.0001, another unknown object is 500 WKS.0202",
    "Terraform provider: codes that it treats as not found",
  ),
  "lagging-reads": entry(
    "the single read, the list and the job list each lag by up to 10 s, differently for each desktop and change",
    "Terraform provider: requires two equal answers in a row",
  ),
  "repeated-parameter": entry(
    "several desktop_id are accepted as a repeated parameter only; values joined with commas are ignored",
    "documents: type array; official SDKs",
  ),
  "repeating-gateway": entry(
    "a quarter of all changes reach the service twice, with their answer lost, or up to 30 s late",
    "common with gateways and proxies",
  ),
};

const none = "no-";
/** Stands for all of them. */
const everything = "all";

/** Says which dialects an order comes to: the plain reading, what is named besides it, less what is left out of it. */
function readOrder(order: readonly string[]): Set<DialectName> {
  const names = new Set(order);
  if (names.delete(everything)) for (const name of dialectNames) names.add(name);
  const contradiction = [...names].find((name) => names.has(`${none}${name}`));
  if (contradiction !== undefined)
    throw invalidParameter(
      `The dialects ${contradiction} and ${none}${contradiction} contradict each other.`,
    );
  const spoken = new Set(dialectNames.filter((name) => dialectCatalogue[name].plain));
  for (const name of names) {
    const left = name.startsWith(none) ? name.slice(none.length) : undefined;
    if (isDialect(name)) spoken.add(name);
    else if (left !== undefined && isDialect(left) && dialectCatalogue[left].plain) spoken.delete(left);
    else if (left !== undefined && isDialect(left))
      throw invalidParameter(
        `${left} is not a default dialect: there is nothing to remove. ${knownDialects()}`,
      );
    else throw invalidParameter(`There is no dialect ${JSON.stringify(name)}. ${knownDialects()}`);
  }
  return spoken;
}

/** These names without those that the later ones contradict. */
export function withoutContradicted(names: readonly string[], later: readonly string[]): string[] {
  const opposite = (name: string) => (name.startsWith(none) ? name.slice(none.length) : `${none}${name}`);
  return names.filter((name) => !later.includes(opposite(name)));
}

function isDialect(name: string): name is DialectName {
  return (dialectNames as readonly string[]).includes(name);
}

function knownDialects(): string {
  const plain = dialectNames.filter((name) => dialectCatalogue[name].plain);
  return (
    `Known dialects: ${dialectNames.join(", ")}. ` +
    `The plain reading has ${plain.join(", ")}; put "${none}" before one of these to remove it.`
  );
}

/** A line for each dialect: its name, what it means, and where it comes from. */
export function describeDialects(): string {
  const lines = dialectNames.map((name) => {
    const { summary, source, plain } = dialectCatalogue[name];
    return `${name}${plain ? " (default)" : ""}: ${summary} [${source}]\n`;
  });
  return lines.join("");
}

/** What a seed decides within the dialects zoneless-times, narrow-job-lists, sparse-sub-jobs and lagging-reads. */
export interface DrawnByDialects {
  readonly zoneless_times: "UTC" | "+08:00";
  readonly job_lists: "oldest first" | "newest first";
  readonly job_types_without_sub_jobs: readonly string[];
  readonly max_lag_ms: number;
}

/** The kinds of read that lag by themselves. */
export type LaggingRead = "desktop" | "list" | "job-list";

/** The dialects that one emulator speaks, and what the seed draws within them. */
export class Dialects {
  private spoken: ReadonlySet<DialectName>;
  private different: readonly string[] = [];
  /** How far zoneless times are ahead of UTC, in ms. */
  readonly zoneOffsetMs: number;
  readonly oldestJobsFirst: boolean;
  private readonly barrenTypes: ReadonlySet<string>;

  /**
   * @param names spoken besides the plain reading; `no-NAME` leaves one of the plain reading out
   * @param seed draws zone, order of job lists, job types without sub-jobs, and lags
   * @param maxLagMs the longest lag
   */
  constructor(
    names: readonly string[],
    private readonly seed: number,
    private readonly maxLagMs: number,
  ) {
    this.spoken = readOrder(names);
    this.different = this.readDeviations();
    // By the last two bits, so that four seeds in a row draw all of it.
    this.zoneOffsetMs = (seed & 1) === 0 ? 0 : 8 * 60 * 60 * 1000;
    this.oldestJobsFirst = (seed & 2) !== 0;
    const random = seededRandom(seed + 2);
    const types = ["ADD_VOLUME", "DELETE_VOLUME", "EXPAND_VOLUME", "MODIFY_VOLUME_QOS"];
    const barren = types.filter(() => random() < 0.5);
    this.barrenTypes = new Set(barren.length > 0 ? barren : ["DELETE_VOLUME"]);
  }

  has(name: DialectName): boolean {
    return this.spoken.has(name);
  }

  list(): DialectName[] {
    return dialectNames.filter((name) => this.spoken.has(name));
  }

  /** What makes them differ from the plain reading, in the words of an order. */
  get deviations(): readonly string[] {
    return this.different;
  }

  /** What the seed has drawn for the dialects that it decides. */
  drawn(): DrawnByDialects {
    return {
      zoneless_times: this.zoneOffsetMs === 0 ? "UTC" : "+08:00",
      job_lists: this.oldestJobsFirst ? "oldest first" : "newest first",
      job_types_without_sub_jobs: [...this.barrenTypes],
      max_lag_ms: this.maxLagMs,
    };
  }

  /** Speaks the plain reading and these from now on. */
  set(names: readonly string[]): void {
    this.spoken = readOrder(names);
    this.different = this.readDeviations();
  }

  private readDeviations(): string[] {
    return dialectNames.flatMap((name) => {
      if (this.spoken.has(name) === dialectCatalogue[name].plain) return [];
      return this.spoken.has(name) ? name : `${none}${name}`;
    });
  }

  /** Whether jobs of the type have no sub-jobs of their own in ShowJob. */
  isBarren(jobType: string): boolean {
    return this.has("sparse-sub-jobs") && this.barrenTypes.has(jobType);
  }

  /** How long a kind of read goes on without a change of a desktop, in ms; the same for the same change. */
  lagMs(read: LaggingRead, desktopId: string, change: string | number): number {
    if (!this.has("lagging-reads")) return 0;
    const draw = seededRandom(this.seed ^ hashOf(`${read} ${desktopId} ${change}`));
    return Math.floor(draw() * (this.maxLagMs + 1));
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
