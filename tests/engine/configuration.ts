/** A value of stack configuration: anything JSON can say, or a text that is kept secret. */
export type ConfigValue =
  | string
  | number
  | boolean
  | { readonly secret: string }
  | readonly ConfigJson[]
  | Readonly<Record<string, ConfigJson>>;

type ConfigJson =
  string | number | boolean | null | readonly ConfigJson[] | { readonly [key: string]: ConfigJson };

/** Stack configuration by key; a key without a colon belongs to the project. */
export type Config = Readonly<Record<string, ConfigValue>>;

function isSecret(value: ConfigValue): value is { readonly secret: string } {
  return typeof value === "object" && "secret" in value && typeof value.secret === "string";
}

function fullKey(key: string, project: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/** The `config` part of a `Pulumi.<stack>.yaml`, without secrets. JSON is YAML, and the CLI reads it so. */
export function plainConfigYaml(config: Config, project: string): string {
  const plain = Object.entries(config)
    .filter(([, value]) => !isSecret(value))
    .map(([key, value]) => [fullKey(key, project), value] as const);
  return `config: ${JSON.stringify(Object.fromEntries(plain))}\n`;
}

/** The arguments of `pulumi config set-all` that set the secrets; empty if there are none. */
export function secretConfigArguments(config: Config, project: string): string[] {
  return Object.entries(config).flatMap(([key, value]) =>
    isSecret(value) ? ["--secret", `${fullKey(key, project)}=${value.secret}`] : [],
  );
}
