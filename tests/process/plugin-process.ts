/** Drives the built plugin process over gRPC, as the engine does. */
import { join } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { repositoryRoot } from "../../scripts/repository";
import { assertFresh, pluginBuild } from "../engine/freshness";
import { EngineStandIn } from "./engine-stand-in";
import {
  type Failure,
  failuresOf,
  type Properties,
  ProviderFailure,
  SpawnedProcess,
  startProcess,
} from "./spawned-process";

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
export class PluginProcess extends SpawnedProcess<EngineStandIn> {
  /** Starts it and shakes hands; `env` goes on top of an environment without anybody's settings. */
  static async start(env: NodeJS.ProcessEnv): Promise<PluginProcess> {
    assertFresh(pluginBuild);
    const engine = await EngineStandIn.start();
    const started = await startProcess([join(repositoryRoot, pluginBuild.output), engine.address], env);
    const plugin = new PluginProcess(started, engine);
    await plugin.handshake();
    return plugin;
  }

  /** The same process, as an engine with a connection of its own sees it. */
  connectedBy(client: ResourceProviderClient): PluginProcess {
    return new PluginProcess({ ...this.started, client }, this.engine);
  }

  /** Where it listens. */
  get port(): string {
    return this.started.port;
  }

  /** What it has written to standard output after its port: nothing, if all is well. */
  get standardOutput(): string {
    return this.wrote("out");
  }

  /** What it has written to standard error and to the engine's log. */
  get output(): string {
    return [this.wrote("error"), ...this.engine.lines.map(({ message }) => `${message}\n`)].join("");
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
  ): Promise<{ inputs: Properties; failures: Failure[] }> {
    const request = new proto.CheckRequest();
    request.setUrn(urnOf(kind, "checked"));
    request.setOlds(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(news));
    const answer = await this.call<proto.CheckResponse>((done) => this.client.check(request, done));
    return {
      inputs: answer.getInputs()?.toJavaScript() ?? {},
      failures: failuresOf(answer),
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
    request.setUrn(urnOf(kind, id));
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

  async invoke(name: string, args: Properties = {}): Promise<{ result: Properties; failures: Failure[] }> {
    const request = new proto.InvokeRequest();
    request.setTok(`huaweicloud-workspace:index:${name}`);
    request.setArgs(Struct.fromJavaScript(args));
    const answer = await this.call<proto.InvokeResponse>((done) => this.client.invoke(request, done));
    return {
      result: answer.getReturn()?.toJavaScript() ?? {},
      failures: failuresOf(answer),
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
