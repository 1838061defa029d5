import { operations } from "./contract";
import type { Fault, FaultName } from "./faults";
import { maxLateMs, repeatedAnswers } from "./repeats";

/** Where a fault sets in. */
export type FaultKind = "answer" | "job" | "view" | "event";

/** Which requests a fault looks at, before its own `match`. */
export type FaultConcern = "everything" | "changes" | "adds" | "desktops" | "lists";

export interface CatalogueEntry {
  readonly kind: FaultKind;
  readonly concern: FaultConcern;
  /** One line for the documentation. */
  readonly summary: string;
  readonly fields: Readonly<Record<string, object>>;
  readonly required: readonly string[];
}

const text = { type: "string", minLength: 1, maxLength: 1024 };
const ms = { type: "integer", minimum: 0 };
const count = { type: "integer", minimum: 1 };
const status = { type: "integer", minimum: 200, maximum: 599 };
/** What HTTP takes as the value of a header. */
const headerText = { type: "string", maxLength: 1024, pattern: "^[\\t\\x20-\\x7e]*$" };
const headers = {
  type: "object",
  additionalProperties: headerText,
  propertyNames: { type: "string", pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
};
const work = { enum: ["done", "not-done"] };
const job = { enum: ["none", "visible"] };
const desktop_id = { type: "string", minLength: 1, maxLength: 255 };

/** A disk as the admin side takes it. */
export const volumeSpecSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    volume_id: desktop_id,
    id: text,
    type: text,
    size: { type: "integer", minimum: 1 },
    device: text,
    display_name: text,
    create_time: text,
    bill_resource_id: text,
    iops: { type: "integer", nullable: true },
    throughput: { type: "integer", nullable: true },
    kms_id: { type: "string", nullable: true },
    resource_spec_code: text,
    enterprise_project_id: text,
  },
};

function entry(
  kind: FaultKind,
  concern: FaultConcern,
  summary: string,
  fields: Record<string, object> = {},
  required: string[] = [],
): CatalogueEntry {
  return { kind, concern, summary, fields, required };
}

/** Every fault that can be ordered. */
export const catalogue: Readonly<Record<FaultName, CatalogueEntry>> = {
  respond: entry("answer", "everything", "any status and body", { status, body: {}, headers, work }, [
    "status",
  ]),
  throttle: entry("answer", "everything", "429 APIGW.0308 with Retry-After", { retry_after_s: ms }),
  conflict: entry("answer", "changes", "a change is refused, as if another one were under way", {
    as: { enum: ["409", "disks-being-added", "instance-status"] },
    status,
    code: text,
    message: text,
  }),
  "refuse-batch": entry(
    "answer",
    "changes",
    "a change that names this volume, alone or among others, is refused as a whole",
    { volume_id: desktop_id, status, code: text, message: text },
    ["volume_id"],
  ),
  "no-answer": entry("answer", "everything", "the connection stays open, and nothing comes", { work }),
  slow: entry("answer", "everything", "the work is done, the answer comes later", { delay_ms: ms }, [
    "delay_ms",
  ]),
  "cut-before-work": entry("answer", "everything", "the connection is cut before the work is done"),
  "cut-after-work": entry(
    "answer",
    "everything",
    "the connection is cut after the work is done: the answer is lost",
  ),
  truncated: entry("answer", "everything", "the work is done, the body of the answer stops in the middle", {
    keep_bytes: ms,
    length: { enum: ["full", "kept"] },
  }),
  "not-json": entry("answer", "everything", "the work is done, the answer is a page of HTML", {
    body: { type: "string" },
    content_type: text,
    status,
  }),
  redirect: entry("answer", "everything", "the client is sent elsewhere", {
    status: { enum: [301, 302, 303, 307, 308] },
    location: headerText,
  }),
  "wrong-project": entry(
    "answer",
    "everything",
    "404 with an empty body, as a wrong project or region answers",
  ),
  repeat: entry(
    "answer",
    "changes",
    "a gateway sends the change on twice, once, or late, and answers something else",
    {
      reaches: { enum: ["twice", "once", "late"] },
      after_ms: { type: "integer", minimum: 0, maximum: maxLateMs },
      sees: { enum: repeatedAnswers },
    },
    ["reaches"],
  ),
  "order-instead-of-job": entry(
    "answer",
    "adds",
    "an add answers an order that nobody has paid, and no job",
    {
      order_id: text,
    },
  ),

  "job-fails": entry("job", "changes", "the whole job fails and changes nothing", {
    code: text,
    reason: text,
  }),
  "sub-job-fails": entry("job", "changes", "the job succeeds, one sub-job fails and changes nothing", {
    desktop_id,
    code: text,
    reason: text,
  }),
  "partial-batch": entry(
    "job",
    "changes",
    "only the first disks of each desktop are done",
    { done: { type: "integer", minimum: 0, maximum: 100 }, status: { enum: ["SUCCESS", "FAIL"] } },
    ["done"],
  ),
  "job-never-ends": entry("job", "changes", "the job runs for ever"),
  "job-forgotten": entry("job", "changes", "the job goes on, but nobody knows it any more", { after_ms: ms }),
  "job-unknown-status": entry(
    "job",
    "changes",
    "the job shows a status that nobody knows; it goes on behind it",
    {
      status: text,
    },
  ),
  "job-other-words": entry(
    "job",
    "changes",
    "the job shows other words for its states, such as INIT or COMPLETE",
    {
      waiting: text,
      running: text,
      success: text,
      fail: text,
    },
  ),
  "reads-lag": entry("job", "changes", "reads of the desktop lag behind the end of the job", {
    lag_ms: ms,
    lag_reads: count,
  }),

  "list-misses-desktop": entry("view", "lists", "the list lacks a desktop", { desktop_id }, ["desktop_id"]),
  "no-data-volumes": entry("view", "desktops", "desktops come without data_volumes", { desktop_id }),
  "root-among-data": entry("view", "desktops", "the root volume is listed among the data disks too", {
    desktop_id,
  }),
  "older-fields": entry(
    "view",
    "desktops",
    "volumes come without iops, throughput, kms_id and resource_spec_code",
    { desktop_id },
  ),
  "desktop-as-array": entry("view", "desktops", "ShowDesktopDetail answers an array of one desktop"),

  "foreign-job": entry(
    "event",
    "everything",
    "somebody else's job begins on a desktop",
    { desktop_id, duration_ms: ms, visible: { type: "boolean" } },
    ["desktop_id"],
  ),
  "volumes-added": entry(
    "event",
    "everything",
    "somebody else adds disks",
    { desktop_id, volumes: { type: "array", minItems: 1, maxItems: 10, items: volumeSpecSchema }, job },
    ["desktop_id", "volumes"],
  ),
  "volumes-removed": entry(
    "event",
    "everything",
    "somebody else deletes disks",
    { desktop_id, volume_ids: { type: "array", minItems: 1, maxItems: 10, items: desktop_id }, job },
    ["desktop_id", "volume_ids"],
  ),
  "desktop-deleted": entry(
    "event",
    "everything",
    "somebody else deletes a desktop",
    { desktop_id, as: { enum: ["404", "status"] } },
    ["desktop_id"],
  ),
  "token-revoked": entry("event", "everything", "tokens are revoked before their time", { token: text }),
};

const timing = {
  match: {
    type: "object",
    additionalProperties: false,
    minProperties: 1,
    properties: {
      method: { enum: ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"] },
      path: { type: "string", pattern: "^[/*]", maxLength: 1024 },
      operation: { enum: operations.map(({ id }) => id) },
      desktop_id,
    },
  },
  nth: count,
  probability: { type: "number", minimum: 0, maximum: 1 },
  seed: { type: "integer" },
  times: { anyOf: [count, { const: "always" }] },
  for_ms: count,
};

export function isFaultName(name: unknown): name is FaultName {
  return typeof name === "string" && Object.hasOwn(catalogue, name);
}

const schemas = new Map<FaultName, object>();

/** The schema of a fault; the same object every time, so that it is compiled once. */
export function faultSchema(name: FaultName): object {
  const known = schemas.get(name);
  if (known) return known;
  const { fields, required } = catalogue[name];
  const schema = {
    type: "object",
    additionalProperties: false,
    required: ["fault", ...required],
    properties: { fault: { const: name }, ...timing, ...fields },
    // Without one of the two, reads would not lag at all.
    ...(name === "reads-lag" ? { anyOf: [{ required: ["lag_ms"] }, { required: ["lag_reads"] }] } : {}),
  };
  schemas.set(name, schema);
  return schema;
}

/** Operations that begin a job. */
const changes = new Set([
  "AddDesktopVolumes",
  "AddVolumes",
  "DeleteDesktopVolumes",
  "ExpandDesktopVolume",
  "ExpandVolumes",
  "BatchModifyQosVolumes",
  "CreateDesktop",
  "DeleteDesktop",
  "BatchDeleteDesktops",
  "BatchRunDesktops",
]);
const adds = new Set(["AddDesktopVolumes", "AddVolumes"]);
const desktops = new Set(["ShowDesktopDetail", "ListDesktopsDetail"]);
const lists = new Set(["ListDesktopsDetail"]);

/** Whether a fault has anything to do with an operation. */
export function concerns({ fault }: Fault, operation: string | undefined): boolean {
  const { concern } = catalogue[fault];
  if (concern === "everything") return true;
  if (operation === undefined) return false;
  return { changes, adds, desktops, lists }[concern].has(operation);
}
