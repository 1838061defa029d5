import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { version } from "../version";
import { changedSettings, checkConfiguration, isDefaultProvider, markSecrets } from "./configuration";
import { engineDisplay, type ShowLine } from "./engineLog";
import { Unimplemented } from "./errors";
import { type InstanceOptions, ProviderInstance } from "./instance";
import { invoke } from "./invoke";
import { list } from "./list";
import { Resources } from "./resources";
import { packageName, pulumiSchema } from "./schema";
import { fromStruct, toStruct } from "./values";

/** What the process is told of its engines. */
export interface ServiceOptions extends InstanceOptions {
  /** The display of the engine at an address. Default: its log over gRPC. */
  display?: (address: string) => ShowLine;
  /** An engine has said where it listens. */
  engineAt?: (address: string, instance: ProviderInstance) => void;
}

interface Connected {
  instance: ProviderInstance;
  resources: Resources;
}

/**
 * The plugin's side of `pulumirpc.ResourceProvider`, free of the transport.
 * `peer` tells connections apart. A process that the engine starts has one;
 * where engines attach, each connection begins anew with its handshake: another
 * configuration, another core, and no cancellation of before.
 */
export class PluginService {
  readonly #connected = new Map<string, Connected>();
  #latest: Connected | undefined;

  constructor(private readonly options: ServiceOptions) {}

  /** What the engine may send: no secrets, resources or outputs, which are only needed by what computes with them. */
  handshake(request: proto.ProviderHandshakeRequest, peer: string): proto.ProviderHandshakeResponse {
    this.#latest = undefined;
    this.#connected.delete(peer);
    const { instance } = this.#of(peer);
    this.#meet(request.getEngineAddress(), instance);
    return new proto.ProviderHandshakeResponse();
  }

  /** The same address as in the handshake; older engines have no handshake. */
  attach(request: PluginAttach, peer: string): Empty {
    this.#meet(request.getAddress(), this.#of(peer).instance);
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

  /** Refuses keys and variables that are no settings, and places that are none. Makes no call. */
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

  /** Says what changes, and never that anything is replaced. */
  diffConfig(request: proto.DiffRequest): proto.DiffResponse {
    const olds = request.getOldInputs() ?? request.getOlds();
    const changed = changedSettings(fromStruct(olds), fromStruct(request.getNews()));
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    const response = new proto.DiffResponse();
    response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList(changed);
    return response;
  }

  configure(request: proto.ConfigureRequest, peer: string): proto.ConfigureResponse {
    this.#of(peer).instance.configure({
      args: fromStruct(request.getArgs()),
      isDefault: isDefaultProvider(request.hasName() ? request.getName() : undefined),
      urn: request.getUrn(),
    });
    const response = new proto.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  }

  check(request: proto.CheckRequest, peer: string): Promise<proto.CheckResponse> {
    return this.#of(peer).resources.check(request);
  }
  diff(request: proto.DiffRequest, peer: string): Promise<proto.DiffResponse> {
    return this.#of(peer).resources.diff(request);
  }
  create(request: proto.CreateRequest, peer: string): Promise<proto.CreateResponse> {
    return this.#of(peer).resources.create(request);
  }
  read(request: proto.ReadRequest, peer: string): Promise<proto.ReadResponse> {
    return this.#of(peer).resources.read(request);
  }
  update(request: proto.UpdateRequest, peer: string): Promise<proto.UpdateResponse> {
    return this.#of(peer).resources.update(request);
  }
  delete(request: proto.DeleteRequest, peer: string): Promise<Empty> {
    return this.#of(peer).resources.delete(request);
  }
  invoke(request: proto.InvokeRequest, peer: string): Promise<proto.InvokeResponse> {
    return invoke(this.#of(peer).instance, request);
  }
  list(request: proto.ListRequest, peer: string): Promise<proto.ListResponse[]> {
    return list(this.#of(peer).instance, request);
  }

  /** Ctrl-C, and also the end of every normal run: waits end, and nothing new is sent. */
  cancel(peer: string): Empty {
    this.#of(peer).instance.cancel(new Error("the run was cancelled"));
    return new Empty();
  }

  /** The same for all engines: the process is about to end. */
  cancelAll(reason: Error): void {
    for (const { instance } of this.#connected.values()) instance.cancel(reason);
  }

  /** The engine of this connection is gone: nothing new is sent any more. */
  halt(peer: string, reason: Error): void {
    this.#of(peer).instance.halt(reason);
  }

  /** No state of other providers is mapped to this one. */
  getMapping(): proto.GetMappingResponse {
    return new proto.GetMappingResponse();
  }
  getMappings(): proto.GetMappingsResponse {
    return new proto.GetMappingsResponse();
  }

  /** A connection that was never seen is one that the engine has opened again after a long silence. */
  #of(peer: string): Connected {
    const known = this.#connected.get(peer) ?? this.#latest ?? this.#connect();
    this.#connected.set(peer, known);
    this.#latest = known;
    return known;
  }

  #connect(): Connected {
    const instance = new ProviderInstance(this.options);
    return { instance, resources: new Resources(instance) };
  }

  #meet(address: string, instance: ProviderInstance): void {
    if (address === "") return;
    instance.display((this.options.display ?? engineDisplay)(address));
    this.options.engineAt?.(address, instance);
  }
}
