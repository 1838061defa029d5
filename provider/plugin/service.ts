import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { isDefaultProvider } from "../core/defaultProvider";
import { version } from "../version";
import { Connections } from "./connections";
import { changedSettings, checkConfiguration, markSecrets } from "./configuration";
import { engineDisplay, type ShowLine } from "./engineLog";
import { Unimplemented } from "./errors";
import type { InstanceOptions, ProviderInstance } from "./instance";
import { invoke } from "./invoke";
import { list } from "./list";
import { packageName, pulumiSchema } from "./schema";
import { fromStruct, toStruct } from "./values";

/** What a process, or a test, adds to the options of its instances. */
export interface ServiceOptions extends InstanceOptions {
  /** The display of the engine at an address. Default: its log over gRPC. */
  display?: (address: string) => ShowLine;
  /** Called with the address of each engine and its instance. */
  engineAt?: (address: string, instance: ProviderInstance) => void;
}

/** Who calls. */
export interface Caller {
  /** Tells connections apart. */
  readonly peer: string;
  /** Why nobody waits for the answer any more; else undefined. */
  left(): Error | undefined;
}

/** The plugin's side of `pulumirpc.ResourceProvider`, free of the transport. */
export class PluginService {
  readonly #connections: Connections;

  constructor(private readonly options: ServiceOptions) {
    this.#connections = new Connections(options);
  }

  /** The empty answer asks for plain values: marks of secrets, resources and outputs are of no use here. */
  handshake(request: proto.ProviderHandshakeRequest, { peer }: Caller): proto.ProviderHandshakeResponse {
    this.#meet(request.getEngineAddress(), this.#connections.begin(peer).instance);
    return new proto.ProviderHandshakeResponse();
  }

  /** Older engines have no handshake, and send their address here. */
  attach(request: PluginAttach, { peer }: Caller): Empty {
    this.#meet(request.getAddress(), this.#connections.of(peer).instance);
    return new Empty();
  }

  getPluginInfo(): PluginInfo {
    const info = new PluginInfo();
    info.setVersion(version);
    return info;
  }

  getSchema(request: proto.GetSchemaRequest): proto.GetSchemaResponse {
    if (request.getVersion() !== 0)
      throw new Unimplemented(`${packageName} has schema version 0 only, not ${request.getVersion()}`);
    const response = new proto.GetSchemaResponse();
    response.setSchema(JSON.stringify(pulumiSchema(version)));
    return response;
  }

  /** Refuses unknown settings and environment variables, and invalid places. Makes no call. */
  checkConfig(request: proto.CheckRequest): proto.CheckResponse {
    const news = fromStruct(request.getNews());
    const isDefault = isDefaultProvider(request.getUrn().split("::").at(-1));
    const response = new proto.CheckResponse();
    response.setInputs(toStruct(markSecrets(news)));
    for (const { property, reason } of checkConfiguration(news, this.options.env, isDefault)) {
      const failure = new proto.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      response.addFailures(failure);
    }
    return response;
  }

  /** Lists changed settings. It never asks for a replacement: the engine would replace every disk as well. */
  diffConfig(request: proto.DiffRequest): proto.DiffResponse {
    const olds = request.getOldInputs() ?? request.getOlds();
    const changed = changedSettings(fromStruct(olds), fromStruct(request.getNews()));
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    const response = new proto.DiffResponse();
    response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList(changed);
    return response;
  }

  configure(request: proto.ConfigureRequest, { peer }: Caller): proto.ConfigureResponse {
    this.#connections.configure(peer, {
      args: fromStruct(request.getArgs()),
      isDefault: isDefaultProvider(request.hasName() ? request.getName() : undefined),
      urn: request.getUrn(),
    });
    const response = new proto.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  }

  async check(request: proto.CheckRequest, caller: Caller): Promise<proto.CheckResponse> {
    return this.#of(caller).resources.check(request);
  }
  async diff(request: proto.DiffRequest, caller: Caller): Promise<proto.DiffResponse> {
    return this.#of(caller).resources.diff(request);
  }
  async create(request: proto.CreateRequest, caller: Caller): Promise<proto.CreateResponse> {
    return this.#of(caller).resources.create(request, caller);
  }
  async read(request: proto.ReadRequest, caller: Caller): Promise<proto.ReadResponse> {
    return this.#of(caller).resources.read(request);
  }
  async update(request: proto.UpdateRequest, caller: Caller): Promise<proto.UpdateResponse> {
    return this.#of(caller).resources.update(request, caller);
  }
  async delete(request: proto.DeleteRequest, caller: Caller): Promise<Empty> {
    return this.#of(caller).resources.delete(request, caller);
  }
  async invoke(request: proto.InvokeRequest, caller: Caller): Promise<proto.InvokeResponse> {
    return invoke(this.#of(caller).instance, request);
  }
  async list(request: proto.ListRequest, caller: Caller): Promise<proto.ListResponse[]> {
    return list(this.#of(caller).instance, request);
  }

  /** The engine calls this after Ctrl-C and at the end of every run: waits end, and nothing new is sent. */
  cancel({ peer }: Caller): Empty {
    this.#connections.cancelled(peer).instance.cancel(new Error("the run was cancelled"));
    return new Empty();
  }

  /** Cancels all instances before the process ends. */
  cancelAll(reason: Error): void {
    for (const { instance } of this.#connections.all) instance.cancel(reason);
  }

  /** This provider takes no state of Terraform providers. */
  getMapping(): proto.GetMappingResponse {
    return new proto.GetMappingResponse();
  }
  getMappings(): proto.GetMappingsResponse {
    return new proto.GetMappingsResponse();
  }

  #of({ peer }: Caller) {
    return this.#connections.configured(peer);
  }

  #meet(address: string, instance: ProviderInstance): void {
    if (address === "") return;
    instance.display((this.options.display ?? engineDisplay)(address));
    this.options.engineAt?.(address, instance);
  }
}
