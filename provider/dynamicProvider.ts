import type { DiskParts } from "./disk/diskWork";
import { PartlyDoneError } from "./disk/partlyDone";
import type { ResourceKind } from "./disk/resourceKind";
import type { ConfigLookup, Runtime } from "./runtime";

type Props = Record<string, unknown>;

/**
 * The methods of `pulumi.dynamic.ResourceProvider` as the engine's process
 * calls them. Written out here, because that process has the SDK loaded
 * already and loading it again for its types would cost half a second.
 */
export interface DynamicProvider {
  configure(request: { config: { get: (key: string) => unknown } }): Promise<void>;
  check(
    olds: Props,
    news: Props,
  ): Promise<{ inputs: Props; failures: { property: string; reason: string }[] }>;
  diff(id: string, olds: Props, news: Props): Promise<{ changes: boolean; replaces: string[] }>;
  create(inputs: Props): Promise<{ id: string; outs: Props }>;
  read(id: string, props: Props): Promise<{ id: string; props: Props; inputs?: Props }>;
  update(id: string, olds: Props, news: Props): Promise<{ outs: Props }>;
  delete(id: string, props: Props): Promise<void>;
}

/** Where the engine keeps the line that loads this package. */
const PROVIDER_KEY = "__provider";

/**
 * Puts a kind of resource behind the engine's calls: notes each arrival, waits
 * for the configuration, strips what is not ours, and turns errors into what
 * the engine can show and keep.
 */
export function dynamicProvider(
  runtime: Pick<Runtime, "configure" | "ready" | "arrived" | "left">,
  kindOf: (parts: DiskParts) => ResourceKind,
): DynamicProvider {
  let made: { parts: DiskParts; kind: ResourceKind } | undefined;

  /**
   * Read just now, and whether changed outside. The engine then asks for the
   * difference between what is there and the inputs of before, to show it:
   * nobody wants to make that change, and a refusal of it, such as to shrink or
   * to move to the region that this run's environment speaks of, would fail the
   * refresh.
   */
  const justRead = new Map<string, { drifted: boolean }>();

  async function handle<T>(
    props: Props,
    run: (kind: ResourceKind) => Promise<T> | T,
    /** Whether it may go together with others. */
    joins = true,
  ): Promise<T> {
    runtime.arrived(joins);
    try {
      const parts = await runtime.ready();
      if (made?.parts !== parts) made = { parts, kind: kindOf(parts) };
      return await run(made.kind);
    } catch (error) {
      throw forEngine(error, props[PROVIDER_KEY]);
    } finally {
      runtime.left();
    }
  }

  return {
    configure: async ({ config }) => {
      const lookup: ConfigLookup = (key) => config.get(key);
      await runtime.configure(lookup);
    },
    check: (olds, news) =>
      handle(
        news,
        (kind) => ({ inputs: given(news), failures: kind.check(given(olds), given(news)) }),
        false,
      ),
    diff: (id, olds, news) => {
      const read = justRead.get(id);
      justRead.delete(id);
      if (read?.drifted === true) return Promise.resolve({ changes: true, replaces: [] });
      return handle(
        news,
        (kind) => {
          try {
            return kind.diff(id, given(olds), given(news));
          } catch (error) {
            if (read === undefined) throw error;
            return { changes: false, replaces: [] };
          }
        },
        false,
      );
    },
    create: (inputs) =>
      handle(inputs, async (kind) => {
        const { id, outs } = await kind.create(given(inputs));
        return { id, outs: { ...outs } };
      }),
    read: (id, props) =>
      handle(props, async (kind) => {
        const found = await kind.read(id, given(props));
        if (found === undefined) return { id: "", props: {} };
        justRead.set(id, { drifted: found.inputs !== undefined });
        return {
          id,
          props: { ...found.outs },
          ...(found.inputs === undefined ? {} : { inputs: { ...found.inputs } }),
        };
      }),
    update: (id, olds, news) =>
      handle(news, async (kind) => ({ outs: { ...(await kind.update(id, given(olds), given(news))) } })),
    delete: (id, props) => handle(props, (kind) => kind.delete(id, given(props))),
  };
}

/** What a person or the service gave: not the engine's own key, and nothing where there is nothing. */
function given(props: Props): Props {
  return Object.fromEntries(
    Object.entries(props).filter(
      ([key, value]) => key !== PROVIDER_KEY && value !== undefined && value !== null,
    ),
  );
}

/**
 * The engine's process prints `error.stack` beside the message: for errors that
 * speak for themselves it is left out. An error with an id is kept in state,
 * which then needs the provider's line as well.
 */
function forEngine(error: unknown, provider: unknown): Error {
  const shown = error instanceof Error ? error : new Error(String(error));
  if (process.env.HW_WORKSPACE_LOG !== "debug") shown.stack = "";
  if (shown instanceof PartlyDoneError) shown.properties[PROVIDER_KEY] = provider;
  return shown;
}
