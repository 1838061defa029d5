/** A provider process as the engine has it for one run: it may be killed at any moment. */
import { setMaxListeners } from "node:events";
import type { ProcessRecord } from "../judge/record";
import type {
  HttpAnswer,
  MakeProvider,
  ProviderClock,
  ProviderProcess,
  ResourceMethods,
  SendHttp,
  SentHttp,
} from "../provider";
import type { Recorder } from "../recorder";
import type { Kind } from "./properties";

/** A provider notices after so many ms that its engine is gone: then it begins nothing new. */
export const NOTICED_AFTER_MS = 4_000;

/** What a provider process is surrounded by. */
export interface EngineWorld {
  readonly clock: ProviderClock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly send: SendHttp;
  /** Every so many-th answer is what a broken gateway makes of it: the request's headers. 0: none. */
  readonly echoEvery: number;
}

export class KillableProcess {
  readonly record: ProcessRecord;
  readonly #provider: ProviderProcess;
  readonly #gone = new AbortController();
  #halted: Error | undefined;
  #answers = 0;

  constructor(
    private readonly world: EngineWorld,
    private readonly recorder: Recorder,
    make: MakeProvider,
    id: string,
    stack: string,
  ) {
    setMaxListeners(0, this.#gone.signal);
    this.record = recorder.startProcess(id, stack);
    const { clock } = world;
    const say = (severity: "debug" | "info" | "warning") => (text: string) => {
      recorder.say({ process: id, severity, text });
    };
    const send: SendHttp = (request) => this.#send(request);
    this.#provider = make({
      env: world.env,
      clock: {
        now: () => clock.now(),
        date: () => clock.date(),
        sleep: (ms, signal) => {
          const signals = [this.#gone.signal, ...(signal === undefined ? [] : [signal])];
          return this.#whileHere(clock.sleep(ms, AbortSignal.any(signals)));
        },
      },
      send,
      log: { debug: say("debug"), info: say("info"), warn: say("warning") },
      halted: () => this.#halted,
    });
  }

  methods(kind: Kind): ResourceMethods {
    return this.#provider[kind];
  }

  /** `kill -9`: it does and hears nothing more; what is under way is worked on by the service. */
  kill(): void {
    if (this.isKilled) return;
    this.record.endedAt = this.world.clock.now();
    this.#gone.abort();
  }

  get isKilled(): boolean {
    return this.#gone.signal.aborted;
  }

  /** The engine is gone: what has been sent is finished. */
  halt(): void {
    this.#halted = new Error("the engine is gone");
  }

  /** What the engine hears: the answer, or that the process has been killed. */
  async hear<T>(answer: Promise<T>): Promise<T> {
    answer.catch(() => undefined);
    const killed = new Promise<never>((_, reject) => {
      const tell = () => {
        reject(new Error("the provider process has been killed"));
      };
      if (this.isKilled) tell();
      else this.#gone.signal.addEventListener("abort", tell, { once: true });
    });
    return Promise.race([answer, killed]);
  }

  async #send(request: SentHttp): Promise<HttpAnswer> {
    await this.#whileHere(Promise.resolve());
    const record = this.recorder.leave(this.record.id, request);
    const labelled = { ...request, headers: { ...request.headers, "X-Emulator-Label": record.label } };
    let answer: HttpAnswer | undefined;
    try {
      answer = this.#onItsWay(request, await this.#whileHere(this.world.send(labelled)));
      return answer;
    } finally {
      this.recorder.answer(record, answer);
    }
  }

  #onItsWay(request: SentHttp, answer: HttpAnswer): HttpAnswer {
    this.recorder.secret(answer.headers["x-subject-token"]);
    const { echoEvery } = this.world;
    this.#answers += 1;
    if (echoEvery === 0 || this.#answers % echoEvery !== 0) return answer;
    return { status: 502, headers: {}, text: `502 Bad Gateway: ${JSON.stringify(request.headers)}` };
  }

  /** Never settles once the process is killed. */
  async #whileHere<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } finally {
      if (this.isKilled) await new Promise<never>(() => undefined);
    }
  }
}
