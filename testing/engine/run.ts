/** One command of the engine: what it calls, in which order, and what it keeps. */
import type { Disk, OperationRecord } from "../judge/record";
import type { Props } from "../provider";
import type { Recorder } from "../recorder";
import type { EngineWorld, KillableProcess } from "./killableProcess";
import { type Declared, desktopIn, disksIn, type Held, type Kind, stateIn, withLine } from "./properties";
import type { KeptState } from "./keptState";

/** How the engine got on with a resource. */
export interface Ended {
  readonly resource: string;
  readonly desktop: string;
  readonly did: "same" | "create" | "update" | "replace" | "delete" | "read" | "refused";
  readonly error?: Error;
}

/** Without customTimeouts, in ms. */
const DEFAULT_MS = 30 * 60_000;
/** What a read may take, in ms: Pulumi has no option for it. */
const READ_MS = 5 * 60_000;

/** A `.get` of a program: a name, and the id of what is looked up. */
interface LookUp {
  readonly name: string;
  readonly id: string;
}

type Method = OperationRecord["method"];

/** What the engine calls a method for. */
interface Subject {
  readonly name: string;
  readonly kind: Kind;
  readonly id?: string;
  readonly olds?: Props;
  readonly news?: Props;
}

export class Run {
  readonly ended: Ended[] = [];
  /** Nothing new is begun. */
  isStopped = false;
  /** The engine is gone: nobody keeps a result. */
  isCutOff = false;

  constructor(
    private readonly name: string,
    private readonly stack: KeptState,
    private readonly world: EngineWorld,
    private readonly recorder: Recorder,
    private readonly process: KillableProcess,
    private readonly pace: number,
  ) {}

  /** `pulumi up --skip-preview`: registers what the program declares, then deletes what it no longer does. */
  async up(declared: readonly Declared[], lookups: readonly LookUp[] = []): Promise<Ended[]> {
    await this.#each([...declared, ...lookups], async (one) => {
      if (!("inputs" in one)) await this.#lookUp(one);
      else await (await this.#plan(one))?.();
    });
    return this.#deleteGone(declared);
  }

  /** `pulumi up` that plans everything first, as a preview does, and begins nothing where something is refused. */
  async plannedUp(declared: readonly Declared[], { preview = false } = {}): Promise<Ended[]> {
    const steps: (() => Promise<unknown>)[] = [];
    for (const one of declared) {
      const step = await this.#plan(one);
      if (this.#hasFailed) return this.ended;
      if (step !== undefined) steps.push(step);
    }
    if (preview) return this.ended;
    await this.#each(steps, async (step) => {
      await step();
    });
    return this.#deleteGone(declared);
  }

  get #hasFailed(): boolean {
    return this.ended.some(({ error }) => error !== undefined);
  }

  async #deleteGone(declared: readonly Declared[]): Promise<Ended[]> {
    if (this.#hasFailed) return this.ended;
    const { held, replaced } = this.stack;
    const names = new Set(declared.map(({ name }) => name));
    const gone = [...held.values()].filter(({ name }) => !names.has(name));
    await this.#each([...gone, ...replaced], (one) => this.#delete(one));
    return this.ended;
  }

  async refresh(): Promise<Ended[]> {
    await this.#each([...this.stack.held.values()], (one) => this.#read(one));
    return this.ended;
  }

  async destroy(): Promise<Ended[]> {
    await this.#each([...this.stack.held.values(), ...this.stack.replaced], (one) => this.#delete(one));
    return this.ended;
  }

  async #each<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
    await Promise.all(
      all.map(async (one, index) => {
        if (this.pace > 0 && index > 0) await this.world.clock.sleep(this.pace * index);
        if (!this.isStopped && !this.isCutOff) await run(one);
      }),
    );
  }

  /** Check and diff of a resource; the step that they lead to. */
  async #plan({ name, kind, inputs }: Declared): Promise<(() => Promise<unknown>) | undefined> {
    const methods = this.process.methods(kind);
    const old = this.stack.held.get(name);
    const subject: Subject = {
      name,
      kind,
      news: inputs,
      ...(old === undefined ? {} : { olds: old.outs, id: old.id }),
    };
    const news = () => withLine(inputs);
    try {
      const { failures } = await this.#call("check", { ...subject, olds: old?.inputs ?? {} }, () =>
        methods.check(old?.inputs ?? {}, news()),
      );
      if (failures.length > 0)
        throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
      if (old === undefined) return () => this.#create(name, kind, inputs);
      const difference = await this.#call("diff", subject, () =>
        methods.diff(old.id, withLine(old.outs), news()),
      );
      if (difference.replaces.length > 0) {
        return async () => {
          const isMade = await this.#create(name, kind, inputs, "replace");
          if (isMade && !this.isCutOff) this.stack.keepReplaced(old);
        };
      }
      if (difference.changes || old.isMarked) return () => this.#update(old, inputs);
      if (!this.isCutOff) this.stack.keep({ ...old, inputs });
      this.#end(subject, "same");
    } catch (error) {
      this.#end(subject, "refused", error as Error);
    }
    return undefined;
  }

  async #create(
    name: string,
    kind: Kind,
    inputs: Props,
    did: "create" | "replace" = "create",
  ): Promise<boolean> {
    const subject = { name, kind, news: inputs };
    try {
      const { id, outs } = await this.#call(
        "create",
        subject,
        () => this.process.methods(kind).create(withLine(inputs)),
        (made) => disksIn(kind, made.outs),
      );
      if (!this.isCutOff) this.stack.keep({ name, kind, id, outs, inputs, isMarked: false });
      this.#end(subject, did);
      return true;
    } catch (error) {
      const kept = stateIn(error);
      if (kept !== undefined && !this.isCutOff)
        this.stack.keep({ name, kind, ...kept, inputs, isMarked: true });
      this.#end(subject, did, error as Error);
      return false;
    }
  }

  async #update(old: Held, inputs: Props): Promise<void> {
    const { name, kind, id, outs: olds } = old;
    const subject = { name, kind, id, olds, news: inputs };
    try {
      const { outs } = await this.#call(
        "update",
        subject,
        () => this.process.methods(kind).update(id, withLine(olds), withLine(inputs)),
        (made) => disksIn(kind, made.outs),
      );
      if (!this.isCutOff) this.stack.keep({ ...old, outs, inputs, isMarked: false });
      this.#end(subject, "update");
    } catch (error) {
      const kept = stateIn(error);
      if (kept !== undefined && !this.isCutOff) this.stack.keep({ ...old, ...kept, inputs, isMarked: true });
      this.#end(subject, "update", error as Error);
    }
  }

  async #delete(old: Held): Promise<void> {
    const { name, kind, id, outs: olds } = old;
    const subject = { name, kind, id, olds };
    try {
      await this.#call(
        "delete",
        subject,
        () => this.process.methods(kind).delete(id, withLine(olds)),
        () => [],
      );
      if (!this.isCutOff) this.stack.forget(old);
      this.#end(subject, "delete");
    } catch (error) {
      this.#end(subject, "delete", error as Error);
    }
  }

  async #read(old: Held): Promise<void> {
    const { name, kind, id, outs: olds } = old;
    const subject = { name, kind, id, olds };
    try {
      const found = await this.#call(
        "read",
        subject,
        () => this.process.methods(kind).read(id, withLine(olds)),
        (seen) => (seen.id === "" ? [] : disksIn(kind, seen.props)),
      );
      if (!this.isCutOff) {
        if (found.id === "") this.stack.forget(old);
        else {
          const { props: outs, inputs = old.inputs } = found;
          this.stack.keep({ ...old, id: found.id, outs, inputs, isMarked: false });
          // The engine displays what the refresh found; a refusal would fail the refresh.
          await this.process.hear(
            this.process.methods(kind).diff(found.id, withLine(outs), withLine(old.inputs)),
          );
        }
      }
      this.#end(subject, "read");
    } catch (error) {
      this.#end(subject, "read", error as Error);
    }
  }

  /** `DataDiskAttachment.get`: the engine reads it, keeps nothing to delete, and fails where nothing is found. */
  async #lookUp({ name, id }: LookUp): Promise<void> {
    const [desktopId = "", volumeId = ""] = id.split("/");
    const subject: Subject = { name, kind: "attachment", id, olds: { desktopId, volumeId } };
    try {
      const found = await this.#call(
        "read",
        subject,
        () => this.process.methods("attachment").read(id, withLine({})),
        (seen) => (seen.id === "" ? [] : disksIn("attachment", seen.props)),
      );
      if (found.id === "") throw new Error(`there is no resource ${id}`);
      this.#end(subject, "read");
    } catch (error) {
      this.#end(subject, "read", error as Error);
    }
  }

  /** Calls the provider, and records the call. Rejects too where the process is killed before it answers. */
  async #call<T>(
    method: Method,
    { name, kind, id, olds = {}, news = {} }: Subject,
    call: () => Promise<T>,
    said?: (answer: T) => readonly Disk[],
  ): Promise<T> {
    const { recorder, process } = this;
    const operation = recorder.begin({
      process: process.record.id,
      stack: this.name,
      resource: name,
      method,
      desktop: desktopIn(method === "create" || method === "check" ? news : olds, id),
      deadlineAt: recorder.now() + timeMs(method, method === "delete" ? olds : news),
      olds: disksIn(kind, olds),
      news: disksIn(kind, news),
    });
    const answer = call();
    answer.then(
      (value) => {
        recorder.end(operation, {
          outcome: "succeeded",
          ...(said === undefined ? {} : { result: said(value) }),
        });
      },
      (error: unknown) => {
        const kept = stateIn(error);
        const result = kept === undefined ? {} : { result: disksIn(kind, kept.outs) };
        recorder.end(operation, { outcome: "failed", ...result });
      },
    );
    try {
      const value = await process.hear(answer);
      operation.heard = !this.isCutOff;
      return value;
    } catch (error) {
      operation.heard = !this.isCutOff && !process.isKilled;
      this.#show(operation, error as Error);
      throw error;
    }
  }

  #show({ id }: OperationRecord, error: Error): void {
    // Without an engine nobody reads it, but a secret must not be in it all the same.
    const severity = this.isCutOff ? "debug" : "error";
    const text = `${error.message}\n${error.stack ?? ""}`;
    this.recorder.say({ process: this.process.record.id, operation: id, severity, text });
  }

  #end({ name, olds, news, id }: Subject, did: Ended["did"], error?: Error): void {
    const desktop = desktopIn(news ?? olds ?? {}, id);
    this.ended.push({ resource: name, desktop, did, ...(error === undefined ? {} : { error }) });
  }
}

/** How long an operation may take, in ms: as customTimeouts says, which programs here give in whole seconds. */
function timeMs(method: Method, props: Props): number {
  if (method === "check" || method === "diff") return Infinity;
  if (method === "read") return READ_MS;
  const given = (props.timeouts as Record<string, string> | undefined)?.[method];
  const seconds = /^(\d+)s$/.exec(given ?? "")?.[1];
  return seconds === undefined ? DEFAULT_MS : Number(seconds) * 1_000;
}
