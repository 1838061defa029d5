import { type EmulatorOptions, type LoggedRequest, startEmulator } from "huaweicloud-workspace-emulator";
import { ConnectionError } from "../../core/errors";
import type { Log, Send } from "../../core/host";
import { loopback } from "../../../testing/loopback";
import { VirtualTime } from "../../../testing/virtualTime";
import { KeptFailure, UNKNOWN_VALUE } from "../dynamicProvider";
import { makeProvider, type Providers } from "../processFront";

type Props = Record<string, unknown>;

/** A `send` whose failures are errors of the core, as those of its own transport are. */
export function failingAsCore(send: Send): Send {
  return async (request) => {
    try {
      return await send(request);
    } catch (error) {
      if (error instanceof ConnectionError || !(error instanceof Error)) throw error;
      const { reached, code } = error as Error & { reached?: unknown; code?: unknown };
      throw new ConnectionError({
        request: `${request.method} ${new URL(request.url).pathname}`,
        why: error.message,
        reached: reached === "no" ? "no" : "unknown",
        systemCode: typeof code === "string" ? code : "UNKNOWN",
      });
    }
  };
}

/** The numbered desktops of the emulator. */
export const desktopId = (number = 1) => `d0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A real emulator, in virtual time. */
export async function emulatedCloud(options: EmulatorOptions = {}) {
  const time = new VirtualTime();
  const { clock } = time;
  const emulator = await startEmulator({
    desktops: 3,
    jobTimeMs: 5000,
    clock: "manual",
    wall: () => clock.date().getTime() - clock.wrongBy,
    ...options,
  });
  clock.follow((ms) => {
    emulator.advance(ms);
  });
  const wire = loopback();
  return {
    time,
    clock,
    emulator,
    send: failingAsCore(time.watched(wire.send)),
    /** Data disks on a desktop, really. */
    disks: (on = desktopId()) =>
      emulator.desktops().find(({ desktop_id }) => desktop_id === on)?.data_volumes ?? [],
    /** The ids of all data disks. */
    ids: () =>
      emulator
        .desktops()
        .flatMap(({ data_volumes: disks }) => disks.map((disk) => disk.volume_id))
        .sort(),
    /** Gives a desktop disks of these ids: SSD, 100 GB. */
    furnish: (...ids: string[]) => {
      const data_volumes = ids.map((volume_id) => ({ volume_id, type: "SSD", size: 100 }));
      emulator.addDesktops([{ desktop_id: desktopId(), data_volumes }]);
    },
    /** What changes were asked for, in order: the call and the disks that it names. */
    changes: () =>
      emulator
        .requests()
        .filter(({ method }) => method !== "GET")
        .map(({ path, body }: LoggedRequest) => {
          const lists = body as Record<string, unknown[] | undefined>;
          return [
            path.split("/").at(-1),
            ...(lists.volume_ids ?? lists.volumes ?? lists.desktop_volumes_expansion ?? []),
          ];
        }),
    end: async () => {
      time.end();
      wire.end();
      await emulator.close();
    },
  };
}

export type EmulatedCloud = Awaited<ReturnType<typeof emulatedCloud>>;

/** A resource of a program: its kind and its inputs. */
export type Declared = { attachment: Props } | { disks: Props };

/** What the engine keeps of a resource. */
interface Held {
  kind: keyof Providers;
  id: string;
  outs: Props;
  inputs: Props;
  /** The last operation failed half-way: update is called even where diff finds nothing. */
  marked: boolean;
}

/** How an operation of the engine ended, by the name of the resource. */
export type Ended = Record<string, { did: string; error?: string }>;

const LINE = { __provider: "the line that loads the provider" };

/** A stack as the engine works on it: what it calls, in which order, and what it keeps. */
export class EmulatedStack {
  readonly held = new Map<string, Held>();
  /** What the log of the last command showed. */
  shown: string[] = [];

  constructor(private readonly cloud: EmulatedCloud) {}

  /** `pulumi up` of this program, each with a provider process of its own. */
  up(program: Record<string, Declared>, how: { preview?: boolean; pace?: number } = {}): Promise<Ended> {
    return this.#run(async (providers) => {
      const ended: Ended = {};
      const steps: (() => Promise<void>)[] = [];
      for (const [name, declared] of Object.entries(program)) {
        const step = await this.#plan(providers, name, declared, ended);
        if (ended[name]?.did === "refused") return ended;
        if (step !== undefined) steps.push(step);
      }
      if (how.preview === true) return ended;
      // The engine stops planning at the first refusal; by then, earlier steps may be on their way. Here they come after.
      await this.#paced(steps, how.pace);
      if (Object.values(ended).some(({ error }) => error !== undefined)) return ended;
      const gone = [...this.held.keys()].filter((name) => !(name in program));
      await this.#paced(
        gone.map((name) => () => this.#delete(providers, name, ended)),
        how.pace,
      );
      return ended;
    });
  }

  /** What `pulumi preview` refuses or shows. */
  preview(program: Record<string, Declared>): Promise<Ended> {
    return this.up(program, { preview: true });
  }

  refresh(): Promise<Ended> {
    return this.#run(async (providers) => {
      const ended: Ended = {};
      await Promise.all([...this.held.keys()].map((name) => this.#read(providers, name, ended)));
      return ended;
    });
  }

  destroy(): Promise<Ended> {
    return this.#run(async (providers) => {
      const ended: Ended = {};
      await Promise.all([...this.held.keys()].map((name) => this.#delete(providers, name, ended)));
      return ended;
    });
  }

  /** What state has of a resource. */
  state(name = "it"): Props {
    return this.held.get(name)?.outs ?? {};
  }

  /** The ids in state, by resource and name of the disk. */
  ids(name = "it"): Record<string, string> {
    return (this.state(name).volumeIds ?? {}) as Record<string, string>;
  }

  async #run(command: (providers: Providers) => Promise<Ended>): Promise<Ended> {
    const { clock, send, time, emulator } = this.cloud;
    this.shown = [];
    const note = (text: string) => this.shown.push(text);
    const log: Log = { debug: () => undefined, info: note, warn: note };
    return time.until(command(makeProvider({ env: { ...emulator.env }, clock, send, log })));
  }

  async #paced(steps: (() => Promise<void>)[], pace = 0): Promise<void> {
    await Promise.all(
      steps.map(async (step, at) => {
        if (pace > 0) await this.cloud.clock.sleep(pace * at);
        await step();
      }),
    );
  }

  /** Check and diff of one resource; the step that they lead to. */
  async #plan(
    providers: Providers,
    name: string,
    declared: Declared,
    ended: Ended,
  ): Promise<(() => Promise<void>) | undefined> {
    const kind: keyof Providers = "disks" in declared ? "disks" : "attachment";
    const news = { ...LINE, ...("disks" in declared ? declared.disks : declared.attachment) };
    const provider = providers[kind];
    const old = this.held.get(name);
    try {
      const checked = await provider.check(old?.inputs ?? {}, stored(news));
      if (checked.failures.length > 0) {
        throw new Error(checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
      }
      const inputs = { ...LINE, ...checked.inputs };
      const isUnknown = JSON.stringify(inputs).includes(UNKNOWN_VALUE);
      if (old === undefined)
        return isUnknown ? undefined : () => this.#make(providers, kind, name, inputs, ended);
      const { changes, replaces } = await provider.diff(old.id, old.outs, inputs);
      if (replaces.length > 0) {
        ended[name] = { did: "replace" };
        return async () => {
          await this.#make(providers, kind, name, inputs, ended);
          if (ended[name]?.error === undefined) await provider.delete(old.id, old.outs);
        };
      }
      ended[name] = { did: changes || old.marked ? "update" : "same" };
      if (changes || old.marked) return () => this.#change(providers, old, name, inputs, ended);
      this.held.set(name, { ...old, inputs });
    } catch (error) {
      ended[name] = { did: "refused", error: (error as Error).message };
    }
    return undefined;
  }

  async #make(
    providers: Providers,
    kind: keyof Providers,
    name: string,
    inputs: Props,
    ended: Ended,
  ): Promise<void> {
    const did = ended[name]?.did ?? "create";
    try {
      const { id, outs } = await providers[kind].create(inputs);
      this.#keep(name, { kind, id, outs, inputs, marked: false });
      ended[name] = { did };
    } catch (error) {
      if (error instanceof KeptFailure)
        this.#keep(name, { kind, id: error.id, outs: error.properties, inputs, marked: true });
      ended[name] = { did, error: (error as Error).message };
    }
  }

  async #change(providers: Providers, old: Held, name: string, inputs: Props, ended: Ended): Promise<void> {
    try {
      const { outs } = await providers[old.kind].update(old.id, old.outs, inputs);
      this.#keep(name, { ...old, outs, inputs, marked: false });
      ended[name] = { did: "update" };
    } catch (error) {
      if (error instanceof KeptFailure)
        this.#keep(name, { ...old, outs: error.properties, inputs, marked: true });
      ended[name] = { did: "update", error: (error as Error).message };
    }
  }

  async #read(providers: Providers, name: string, ended: Ended): Promise<void> {
    const old = this.held.get(name);
    if (old === undefined) return;
    try {
      const { id, props, inputs } = await providers[old.kind].read(old.id, old.outs);
      if (id === "") this.held.delete(name);
      else this.#keep(name, { ...old, id, outs: props, inputs: inputs ?? old.inputs, marked: false });
      // The engine displays what the refresh found; a refusal would fail the refresh.
      if (id !== "") await providers[old.kind].diff(id, { ...LINE, ...props }, old.inputs);
      ended[name] = { did: "read" };
    } catch (error) {
      ended[name] = { did: "read", error: (error as Error).message };
    }
  }

  async #delete(providers: Providers, name: string, ended: Ended): Promise<void> {
    const old = this.held.get(name);
    if (old === undefined) return;
    try {
      await providers[old.kind].delete(old.id, old.outs);
      this.held.delete(name);
      ended[name] = { did: "delete" };
    } catch (error) {
      ended[name] = { did: "delete", error: (error as Error).message };
    }
  }

  #keep(name: string, held: Held): void {
    this.held.set(name, {
      ...held,
      outs: { ...LINE, ...stored(held.outs) },
      inputs: { ...LINE, ...stored(held.inputs) },
    });
  }
}

const UNDEFINED = "(undefined)";

/** What comes back out of the engine's state. It can store no undefined, and fails where it finds one. */
function stored(props: object): Props {
  const text = JSON.stringify(props, (_key, value: unknown) => (value === undefined ? UNDEFINED : value));
  if (text.includes(UNDEFINED)) throw new Error(`the engine cannot store undefined: ${text}`);
  return JSON.parse(text) as Props;
}
