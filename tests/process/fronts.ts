/** The fronts of the provider, for tests that must hold for each of them. */
import { PluginProcess } from "./plugin-process";
import { diskProvider, ProviderProcess } from "./provider-process";
import { type Properties } from "./spawned-process";

/** What a test of either front uses of its process. */
export type FrontProcess = Pick<
  ProviderProcess,
  "check" | "create" | "read" | "update" | "delete" | "output" | "loseEngine" | "running" | "ended" | "close"
> & {
  configure(config?: Properties): Promise<unknown>;
  diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }>;
};

export interface TestedFront {
  readonly name: string;
  readonly start: (env: NodeJS.ProcessEnv) => Promise<FrontProcess>;
  /** What the engine hands over with the properties of each resource. */
  readonly line: Properties;
  /** Whether `customTimeouts` travel as an input. */
  readonly takesTimeouts: boolean;
}

export const fronts: readonly TestedFront[] = [
  {
    name: "the dynamic front",
    start: (env) => ProviderProcess.start(env),
    line: { __provider: diskProvider },
    takesTimeouts: true,
  },
  {
    name: "the plugin",
    start: (env) => PluginProcess.start(env),
    line: {},
    takesTimeouts: false,
  },
];
