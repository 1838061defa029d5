/** Drives the built plugin process over gRPC, as the engine does. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { bareEnvironment } from "../../scripts/pulumi/bare-environment";
import { repositoryRoot } from "../../scripts/repository";
import { assertFresh, pluginBuild } from "../engine/freshness";
import { EngineStandIn } from "./engine-stand-in";
import { type Properties, ProviderFailure } from "./provider-process";

type Kind = "DataDiskAttachment" | "DesktopDataDisks";

/** One property of a detailed diff: `size UPDATE`. */
const KIND_NAMES = Object.fromEntries(
  Object.entries(proto.PropertyDiff.Kind).map(([name, value]) => [value, name]),
);

/** A seconds count of a duration such as `90s` or `3m`. */
function secondsOf(duration: unknown): number {
  const [, count, unit] = /^(\d+)(ms|s|m)$/.exec(String(duration)) ?? [];
  return Number(count ?? 0) * ({ ms: 0.001, s: 1, m: 60 }[unit ?? "s"] ?? 1);
}

/** One plugin process, and a stand-in for the engine that it logs to. */
export class PluginProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly engine: EngineStandIn,
    readonly client: ResourceProviderClient,
    private readonly written: { out: string[]; error: string[] },
    /** Where it listens. */
    readonly port: string,
  ) {}

  /** Starts it and shakes hands; `env` goes on top of an environment without anybody's settings. */
  static async start(env: NodeJS.ProcessEnv): Promise<PluginProcess> {
    assertFresh(pluginBuild);
    const engine = await EngineStandIn.start();
    const child = spawn(process.execPath, [join(repositoryRoot, pluginBuild.output), engine.address], {
      env: { ...bareEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const written = { out: [] as string[], error: [] as string[] };
    child.stderr.setEncoding("utf8").on("data", (text: string) => written.error.push(text));
    const lines = createInterface(child.stdout);
    const port = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      child.once("exit", () => {
        reject(new Error(`the plugin ended at once:\n${written.error.join("")}`));
      });
    });
    lines.on("line", (line) => written.out.push(`${line}\n`));
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const plugin = new PluginProcess(child, engine, client, written, port);
    await plugin.handshake();
    return plugin;
  }

  /** The same process, as an engine with a connection of its own sees it. */
  connectedBy(client: ResourceProviderClient): PluginProcess {
    return new PluginProcess(this.child, this.engine, client, this.written, this.port);
  }

  /** What it has written to standard output after its port: nothing, if all is well. */
  get standardOutput(): string {
    return this.written.out.join("");
  }

  /** What it has written to standard error and to the engine's log. */
  get output(): string {
    return [...this.written.error, ...this.engine.lines.map(({ message }) => `${message}\n`)].join("");
  }

  /** Its number. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  async handshake(): Promise<proto.ProviderHandshakeResponse> {
    const request = new proto.ProviderHandshakeRequest();
    request.setEngineAddress(this.engine.address);
    request.setConfigureWithUrn(true);
    return this.call((done) => this.client.handshake(request, done));
  }

  /** The configuration of the instance of this name, by keys with or without the namespace. */
  async configure(config: Properties = {}, name = "default"): Promise<proto.ConfigureResponse> {
    const own = Object.entries(config).map(([key, value]) => [
      key.replace(/^huaweicloud-workspace:/, ""),
      value,
    ]);
    const request = new proto.ConfigureRequest();
    request.setName(name);
    request.setType("pulumi:providers:huaweicloud-workspace");
    request.setUrn(`urn:pulumi:dev::test::pulumi:providers:huaweicloud-workspace::${name}`);
    request.setArgs(Struct.fromJavaScript(Object.fromEntries(own) as Properties));
    return this.call((done) => this.client.configure(request, done));
  }

  async check(
    news: Properties,
    olds: Properties = {},
    kind: Kind = "DataDiskAttachment",
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
    const request = new proto.CheckRequest();
    request.setUrn(urnOf(kind, "checked"));
    request.setOlds(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(news));
    const answer = await this.call<proto.CheckResponse>((done) => this.client.check(request, done));
    return {
      inputs: answer.getInputs()?.toJavaScript() ?? {},
      failures: answer
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(
    id: string,
    olds: Properties,
    news: Properties,
    kind: Kind = "DataDiskAttachment",
  ): Promise<{
    changes: boolean;
    replaces: string[];
    deleteBeforeReplace: boolean;
    detailed: Record<string, string>;
  }> {
    const request = new proto.DiffRequest();
    request.setUrn(urnOf(kind, id));
    request.setId(id);
    request.setOlds(Struct.fromJavaScript(olds));
    request.setOldInputs(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(withoutTimeouts(news)));
    const answer = await this.call<proto.DiffResponse>((done) => this.client.diff(request, done));
    const detailed: Record<string, string> = {};
    answer.getDetaileddiffMap().forEach((diff, path) => {
      detailed[path] = KIND_NAMES[diff.getKind()] ?? "";
    });
    return {
      changes: answer.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: answer.getReplacesList(),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
      detailed,
    };
  }

  async create(
    inputs: Properties,
    { kind = "DataDiskAttachment", preview = false }: { kind?: Kind; preview?: boolean } = {},
  ): Promise<{ id: string; outs: Properties }> {
    const request = new proto.CreateRequest();
    request.setUrn(urnOf(kind, "created"));
    request.setProperties(Struct.fromJavaScript(withoutTimeouts(inputs)));
    request.setTimeout(timeoutOf(inputs, "create"));
    request.setPreview(preview);
    const answer = await this.call<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: answer.getId(), outs: answer.getProperties()?.toJavaScript() ?? {} };
  }

  /** As a refresh does, with state and inputs. */
  async read(
    id: string,
    state: Properties,
    kind: Kind = "DataDiskAttachment",
  ): Promise<{ id: string; outs: Properties; inputs: Properties | undefined }> {
    const request = new proto.ReadRequest();
    request.setUrn(urnOf(kind, id));
    request.setId(id);
    request.setProperties(Struct.fromJavaScript(state));
    request.setInputs(Struct.fromJavaScript(state));
    return this.answerOf(request);
  }

  /** As an import does, by the id alone. */
  async import(id: string, kind: Kind = "DataDiskAttachment"): ReturnType<PluginProcess["read"]> {
    const request = new proto.ReadRequest();
    request.setUrn(urnOf(kind, "imported"));
    request.setId(id);
    return this.answerOf(request);
  }

  async update(
    id: string,
    olds: Properties,
    news: Properties,
    { kind = "DataDiskAttachment", preview = false }: { kind?: Kind; preview?: boolean } = {},
  ): Promise<Properties> {
    const request = new proto.UpdateRequest();
    request.setUrn(urnOf(kind, id));
    request.setId(id);
    request.setOlds(Struct.fromJavaScript(olds));
    request.setOldInputs(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(withoutTimeouts(news)));
    request.setTimeout(timeoutOf(news, "update"));
    request.setPreview(preview);
    const answer = await this.call<proto.UpdateResponse>((done) => this.client.update(request, done));
    return answer.getProperties()?.toJavaScript() ?? {};
  }

  async delete(id: string, state: Properties, kind: Kind = "DataDiskAttachment"): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(urnOf(kind, id));
    request.setId(id);
    request.setProperties(Struct.fromJavaScript(withoutTimeouts(state)));
    request.setOldInputs(Struct.fromJavaScript(withoutTimeouts(state)));
    request.setTimeout(timeoutOf(state, "delete"));
    await this.call((done) => this.client.delete(request, done));
  }

  async invoke(
    name: string,
    args: Properties = {},
  ): Promise<{ result: Properties; failures: { property: string; reason: string }[] }> {
    const request = new proto.InvokeRequest();
    request.setTok(`huaweicloud-workspace:index:${name}`);
    request.setArgs(Struct.fromJavaScript(args));
    const answer = await this.call<proto.InvokeResponse>((done) => this.client.invoke(request, done));
    return {
      result: answer.getReturn()?.toJavaScript() ?? {},
      failures: answer
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  /** Ids that are listed, and the token of the next page. */
  async list(
    kind: Kind,
    query: Properties = {},
    { limit = 0, pageSize = 0, from = "" } = {},
  ): Promise<{ ids: string[]; next: string }> {
    const request = new proto.ListRequest();
    request.setToken(`huaweicloud-workspace:index:${kind}`);
    request.setQuery(Struct.fromJavaScript(query));
    request.setLimit(limit);
    request.setPageSize(pageSize);
    request.setContinuationToken(from);
    const found = { ids: [] as string[], next: "" };
    const stream = this.client.list(request);
    stream.on("data", (answer: proto.ListResponse) => {
      if (answer.hasResult()) found.ids.push(answer.getResult()?.getId() ?? "");
      if (answer.hasContinuation()) found.next = answer.getContinuation()?.getContinuationToken() ?? "";
    });
    await new Promise<void>((resolve, reject) => {
      stream.on("end", resolve);
      stream.on("error", (error) => {
        reject(new ProviderFailure(error as ServiceError));
      });
    });
    return found;
  }

  async cancel(): Promise<void> {
    await this.call((done) => this.client.cancel(new Empty(), done));
  }

  /** The engine is gone, as after `kill -9`: its address refuses from now on. */
  loseEngine(): void {
    this.engine.close();
  }

  /** Whether it still runs. */
  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves with its exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.running) await once(this.child, "exit");
    return this.child.exitCode;
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.client.close();
    this.engine.close();
    if (!this.running) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  /** Sends one request; rejects with a `ProviderFailure`. */
  call<T>(send: (done: (error: ServiceError | null, answer: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, answer) => {
        if (error === null) resolve(answer);
        else reject(new ProviderFailure(error));
      });
    });
  }

  private async answerOf(request: proto.ReadRequest): ReturnType<PluginProcess["read"]> {
    const answer = await this.call<proto.ReadResponse>((done) => this.client.read(request, done));
    // It would cost a read of each resource in every preview, and re-create a disk for a wrong "gone".
    if (answer.getRefreshBeforeUpdate()) throw new Error("a refresh before each update was not asked for");
    return {
      id: answer.getId(),
      outs: answer.getProperties()?.toJavaScript() ?? {},
      inputs: answer.getInputs()?.toJavaScript(),
    };
  }
}

function urnOf(kind: Kind, name: string): string {
  return `urn:pulumi:dev::test::huaweicloud-workspace:index:${kind}::${name}`;
}

/** Bodies that are shared with the dynamic front say time limits as an input. */
function withoutTimeouts(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "timeouts"));
}

function timeoutOf({ timeouts }: Properties, operation: string): number {
  return typeof timeouts === "object" && timeouts !== null
    ? secondsOf((timeouts as Record<string, unknown>)[operation])
    : 0;
}
