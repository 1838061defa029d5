import { volumeSpecSchema } from "./fault-catalogue";

const text = { type: "string", minLength: 1, maxLength: 255 };
const texts = { type: "array", items: text };

function strict(properties: Record<string, object>, required: string[] = []): object {
  return { type: "object", additionalProperties: false, required, properties };
}

function listOf(items: object): object {
  return { type: "array", items };
}

const desktopSchema = strict(
  {
    desktop_id: text,
    project_id: text,
    computer_name: text,
    status: text,
    task_status: text,
    availability_zone: text,
    enterprise_project_id: text,
    tags: listOf(strict({ key: text, value: { type: "string", maxLength: 255 } }, ["key", "value"])),
    user_name: { type: "string", nullable: true },
    pool_id: { type: "string", nullable: true },
    product_id: text,
    created: text,
    metadata: { type: "object", additionalProperties: { type: "string" } },
    desktop_type: text,
    ip_addresses: { ...texts, minItems: 1, maxItems: 10 },
    subnet_id: text,
    security_groups: {
      ...listOf(strict({ id: text, name: text }, ["id", "name"])),
      minItems: 1,
      maxItems: 10,
    },
    in_maintenance_mode: { type: "boolean" },
    root_volume: volumeSpecSchema,
    data_volumes: { type: "array", maxItems: 10, items: volumeSpecSchema },
  },
  ["desktop_id"],
);

const accountSchema = strict(
  {
    domain_name: text,
    domain_id: text,
    users: listOf(strict({ name: text, password: text, projects: texts }, ["name", "password"])),
    access_keys: listOf(strict({ access: text, secret: text, projects: texts }, ["access", "secret"])),
    identity_providers: listOf(strict({ id: text, id_tokens: texts }, ["id", "id_tokens"])),
    agencies: listOf(strict({ name: text, trusted_domains: texts }, ["name"])),
    projects: {
      type: "array",
      minItems: 1,
      items: strict({ region: text, id: text, name: text, desktops: listOf(desktopSchema) }, ["region"]),
    },
  },
  ["domain_name", "projects"],
);

/** All that there is at the start. */
export const accountsSchema = { type: "array", minItems: 1, items: accountSchema };

/** What `POST /_emulator/desktops` takes. */
export const desktopsSchema = strict({ desktops: listOf(desktopSchema) }, ["desktops"]);

/** What `POST /_emulator/clock` takes. */
export const clockSchema = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    mode: { enum: ["real", "manual"] },
    // Forty days: what a second actor does on the way takes real time.
    advance_ms: { type: "integer", minimum: 0, maximum: 3_456_000_000 },
    skew_ms: { type: "integer", minimum: -3_456_000_000, maximum: 3_456_000_000 },
  },
};

/** What `POST /_emulator/dialects` takes. Names are looked at when they are read. */
export const dialectsSchema = strict({ dialects: { ...texts, maxItems: 100 } }, ["dialects"]);

const ms = { type: "integer", minimum: 1 };

/** What `POST /_emulator/second-actor` takes. */
export const secondActorSchema = strict(
  {
    seed: { type: "integer" },
    desktops: texts,
    kinds: {
      type: "array",
      minItems: 1,
      items: strict(
        {
          // GPSSD2 needs more than type and size.
          type: { enum: ["SAS", "SSD", "GPSSD", "ESSD"] },
          size: { type: "integer", minimum: 10, maximum: 32_760, multipleOf: 10 },
        },
        ["type", "size"],
      ),
    },
    everyMs: strict({ min: ms, max: ms }, ["min", "max"]),
    acts: { type: "array", minItems: 1, items: { enum: ["add", "grow", "delete"] } },
    deletes: { enum: ["own", "any"] },
  },
  ["seed"],
);

const count = { type: "integer", minimum: 0 };

/** The options of `startEmulator`, but for those that are functions. */
export const optionsSchema = strict({
  port: { ...count, maximum: 65_535 },
  host: text,
  stateFile: text,
  desktops: count,
  jobTimeMs: { anyOf: [count, strict({ min: count, max: count }, ["min", "max"])] },
  tokenLifetimeMs: count,
  seed: { type: "integer" },
  dialects: { type: "array", items: { type: "string" } },
  maxLagMs: count,
  rateLimit: strict(
    {
      requests: ms,
      perMs: ms,
      shape: { enum: ["bucket", "window"] },
      retryAfter: { enum: ["seconds", "date"] },
    },
    ["requests", "perMs"],
  ),
  secondActor: secondActorSchema,
  clock: { enum: ["real", "manual"] },
  skewMs: { type: "integer" },
  accounts: { type: "array" },
  maxRequests: count,
  maxJobs: count,
  checkAnswers: { type: "boolean" },
});

/** A seed file. Its faults are looked at one by one, as each has fields of its own. */
export const seedSchema = strict({
  accounts: accountsSchema,
  desktops: listOf(desktopSchema),
  faults: listOf({ type: "object" }),
  dialects: texts,
  second_actor: secondActorSchema,
});
