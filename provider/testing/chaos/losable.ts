/** A provider process as the engine has it for one run, which may be lost at any moment. */
import { setMaxListeners } from "node:events";
import { type HttpRequest, type HttpResponse, type Send, Sessions } from "../../auth";
import { Lines, sources } from "../../auth/testing/world";
import type { Clock } from "../../clock";
import { Holdings } from "../../desktop/holdings";
import { Projects } from "../../desktop/project";
import { Quiet } from "../../desktop/quiet";
import { attachmentKind } from "../../disk/attachmentKind";
import { Claims } from "../../disk/claims";
import { desktopDisksKind } from "../../disk/desktopDisksKind";
import { type DynamicProvider, dynamicProvider } from "../../dynamicProvider";
import { Clients } from "../../workspace/clients";
import { Limiter } from "../../workspace/limiter";
import type { Stage } from "../stage";
import { type Ledger, Watch } from "./ledger";

/** A lost engine is noticed after so many ms: then nothing new is begun (see engineWatch.ts). */
export const NOTICED_AFTER_MS = 4_000;

export class LosableProcess {
  readonly attachment: DynamicProvider;
  readonly disks: DynamicProvider;
  readonly watch: Watch;
  readonly log = new Lines();
  readonly #gone = new AbortController();
  #halted: Error | undefined;
  #answers = 0;

  constructor(
    private readonly stage: Stage,
    ledger: Ledger,
    env: NodeJS.ProcessEnv,
    private readonly echoEvery: number,
  ) {
    setMaxListeners(0, this.#gone.signal);
    this.watch = new Watch(ledger, stage);
    const { log } = this;
    const clock: Clock = {
      now: () => stage.clock.now(),
      date: () => stage.clock.date(),
      sleep: (ms, signal) =>
        this.#whileHere(
          stage.clock.sleep(
            ms,
            AbortSignal.any([this.#gone.signal, ...(signal === undefined ? [] : [signal])]),
          ),
        ),
    };
    const send: Send = (request) => this.#send(request);
    const clients = new Clients(new Sessions(sources({ env }), send, clock, log), {
      send,
      clock,
      log,
      limiter: new Limiter(clock),
    });
    const quiet = new Quiet(clock);
    const holdings = new Holdings();
    const projects = new Projects(clients, {
      quiet,
      holdings,
      audit: (record) => {
        log.info(JSON.stringify(record));
      },
      show: (_desktop, line) => {
        log.info(line);
      },
      mayStart: () => {
        if (this.#halted !== undefined) throw this.#halted;
      },
    });
    const parts = { projects, holdings, claims: new Claims(), clock, log, enterpriseProjectId: undefined };
    const front = {
      configure: () => Promise.resolve(parts),
      ready: () => Promise.resolve(parts),
      arrived: (joins: boolean) => {
        quiet.noteArrival(joins);
      },
      left: () => undefined,
    };
    this.attachment = dynamicProvider(front, attachmentKind);
    this.disks = dynamicProvider(front, desktopDisksKind);
  }

  /** `kill -9`: nothing more is done or heard; what is under way is worked on by the service. */
  lose(): void {
    this.#gone.abort();
  }

  get lost(): boolean {
    return this.#gone.signal.aborted;
  }

  /** The engine is gone: what has been sent is finished. */
  halt(): void {
    this.#halted = new Error("the engine is gone");
  }

  /** What the engine hears: the answer, or that the process has been lost. */
  async answer<T>(call: Promise<T>): Promise<T> {
    call.catch(() => undefined);
    const lost = new Promise<never>((_, reject) => {
      const tell = () => {
        reject(new Error("the provider process has been lost"));
      };
      if (this.lost) tell();
      else this.#gone.signal.addEventListener("abort", tell, { once: true });
    });
    return Promise.race([call, lost]);
  }

  async #send(request: HttpRequest): Promise<HttpResponse> {
    await this.#whileHere(Promise.resolve());
    this.watch.sending(request);
    let answer: HttpResponse | undefined;
    try {
      answer = this.#onItsWay(request, await this.#whileHere(this.stage.wires.send(request)));
      return answer;
    } finally {
      this.watch.answered(request, answer);
    }
  }

  #onItsWay(request: HttpRequest, answer: HttpResponse): HttpResponse {
    this.watch.noteSecrets(answer);
    this.#answers += 1;
    if (this.echoEvery === 0 || this.#answers % this.echoEvery !== 0) return answer;
    return { status: 502, headers: {}, text: `502 Bad Gateway: ${JSON.stringify(request.headers)}` };
  }

  /** Never settles once the process is gone. */
  async #whileHere<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } finally {
      if (this.lost) await new Promise<never>(() => undefined);
    }
  }
}
