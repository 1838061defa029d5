/** The provider under test, as everything in this folder sees it. An adapter makes one from a core. */

export type Props = Record<string, unknown>;

/** The methods of `pulumi.dynamic.ResourceProvider` that the engine calls for a resource. */
export interface ResourceMethods {
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

export interface ProviderClock {
  now(): number;
  date(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface ProviderLog {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

export interface SentHttp {
  readonly method: "GET" | "POST" | "PUT";
  /** Absolute, with the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text */
  readonly body?: string;
  readonly freshConnection?: boolean;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** Sends one request once. Throws the `ConnectionError` of `provider/auth/http.ts` where there is no answer. */
export type SendHttp = (request: SentHttp) => Promise<HttpAnswer>;

/** What a provider process has from outside. */
export interface ProviderHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: ProviderClock;
  readonly send: SendHttp;
  readonly log: ProviderLog;
  /** Why nothing new may be sent any more, such as a lost engine; else undefined. */
  readonly halted: () => Error | undefined;
}

/** The two kinds of resource of one provider process. */
export interface ProviderProcess {
  /** `DataDiskAttachment` */
  readonly attachment: ResourceMethods;
  /** `DesktopDataDisks` */
  readonly disks: ResourceMethods;
}

/** Makes what lives in one provider process: it knows nothing of processes before. */
export type MakeProvider = (host: ProviderHost) => ProviderProcess;

/** A provider, and what programs for it may say. */
export interface ProviderUnderTest {
  readonly make: MakeProvider;
  /**
   * It knows `deletionPolicy`: then programs say "delete" for every disk, and
   * hand a disk over in two runs ("retain" first). Otherwise in one run.
   */
  readonly knowsDeletionPolicy: boolean;
}
