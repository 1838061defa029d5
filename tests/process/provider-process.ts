/** Drives the real dynamic-provider process over gRPC, as the engine does. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { assertFresh, providerBuild } from "../engine/freshness";
import { type Failure, failuresOf, type Properties, SpawnedProcess, startProcess } from "./spawned-process";

/** The line that state holds for each disk. */
export const diskProvider =
  'exports.handler = () => require("pulumi-huaweicloud-workspace/provider").provider';

/** One provider process, and a stand-in for the engine that it watches. */
export class ProviderProcess extends SpawnedProcess<Server> {
  /** Starts it; `env` goes on top of an environment without anybody's settings. */
  static async start(env: NodeJS.ProcessEnv): Promise<ProviderProcess> {
    assertFresh(providerBuild);
    const engine = createServer((socket) => socket.resume().on("error", () => socket.destroy()));
    engine.listen(0, "127.0.0.1");
    await once(engine, "listening");
    const { port } = engine.address() as AddressInfo;
    const main = require.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");
    try {
      return new ProviderProcess(await startProcess([main, `127.0.0.1:${port}`], env), engine);
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  /** What it has written, both streams. */
  get output(): string {
    return this.wrote();
  }

  /** The stack configuration, with full keys. Comes before everything else. */
  async configure(config: Properties = {}): Promise<void> {
    const request = new proto.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(config));
    await this.call<proto.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async check(news: Properties, olds: Properties = {}): Promise<{ inputs: Properties; failures: Failure[] }> {
    const request = new proto.CheckRequest();
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
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }> {
    const request = new proto.DiffRequest();
    request.setId(id);
    request.setOlds(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(news));
    const answer = await this.call<proto.DiffResponse>((done) => this.client.diff(request, done));
    return {
      changes: answer.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: answer.getReplacesList(),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
    };
  }

  async create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
    const request = new proto.CreateRequest();
    request.setProperties(Struct.fromJavaScript(inputs));
    const answer = await this.call<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: answer.getId(), outs: answer.getProperties()?.toJavaScript() ?? {} };
  }

  async read(
    id: string,
    state: Properties,
  ): Promise<{ id: string; outs: Properties; inputs: Properties | undefined }> {
    const request = new proto.ReadRequest();
    request.setId(id);
    request.setProperties(Struct.fromJavaScript(state));
    const answer = await this.call<proto.ReadResponse>((done) => this.client.read(request, done));
    return {
      id: answer.getId(),
      outs: answer.getProperties()?.toJavaScript() ?? {},
      inputs: answer.getInputs()?.toJavaScript(),
    };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new proto.UpdateRequest();
    request.setId(id);
    request.setOlds(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(news));
    const answer = await this.call<proto.UpdateResponse>((done) => this.client.update(request, done));
    return answer.getProperties()?.toJavaScript() ?? {};
  }

  async delete(id: string, state: Properties): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setId(id);
    request.setProperties(Struct.fromJavaScript(state));
    await this.call((done) => this.client.delete(request, done));
  }
}
