/** Drives the real dynamic-provider process over gRPC, as the engine does. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { bareEnvironment } from "../../scripts/pulumi/bare-environment";
import { repositoryRoot } from "../../scripts/repository";
import { assertFresh, providerBuild } from "../engine/freshness";

/** Inputs or outputs of a resource as they travel. */
export type Properties = Readonly<Record<string, JavaScriptValue>>;

/** The line that state holds for each disk. */
export const diskProvider =
  'exports.handler = () => require("pulumi-huaweicloud-workspace/provider").provider';

/** What the provider process answers instead of a result. */
export class ProviderFailure extends Error {
  /** What is kept in state though the operation failed; absent where nothing is. */
  readonly kept: { id: string; properties: Properties; reasons: string[] } | undefined;

  constructor(error: ServiceError) {
    super(error.details);
    const details = error.metadata.get("grpc-status-details-bin")[0];
    const packed =
      details instanceof Buffer ? Status.deserializeBinary(details).getDetailsList()[0] : undefined;
    if (packed === undefined) return;
    const told = proto.ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
    this.kept = {
      id: told.getId(),
      properties: told.getProperties()?.toJavaScript() ?? {},
      reasons: told.getReasonsList(),
    };
  }
}

/** One provider process, and a stand-in for the engine that it watches. */
export class ProviderProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly engine: Server,
    private readonly client: ResourceProviderClient,
    private readonly written: string[],
  ) {}

  /** Starts it; `env` goes on top of an environment without anybody's settings. */
  static async start(env: NodeJS.ProcessEnv): Promise<ProviderProcess> {
    assertFresh(providerBuild);
    const engine = createServer((socket) => socket.resume().on("error", () => socket.destroy()));
    engine.listen(0, "127.0.0.1");
    await once(engine, "listening");
    const { port: enginePort } = engine.address() as AddressInfo;
    const main = require.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");
    const child = spawn(process.execPath, [main, `127.0.0.1:${enginePort}`], {
      cwd: repositoryRoot,
      env: { ...bareEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const written: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => written.push(text));
    const lines = createInterface(child.stdout);
    const port = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      child.once("exit", () => {
        engine.close();
        reject(new Error(`the provider process ended at once:\n${written.join("")}`));
      });
    });
    lines.on("line", (line) => written.push(`${line}\n`));
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    return new ProviderProcess(child, engine, client, written);
  }

  /** What it has written, both streams. */
  get output(): string {
    return this.written.join("");
  }

  /** Its number. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The stack configuration, with full keys. Comes before everything else. */
  async configure(config: Properties = {}): Promise<void> {
    const request = new proto.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(config));
    await this.call<proto.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async check(
    news: Properties,
    olds: Properties = {},
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
    const request = new proto.CheckRequest();
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

  private call<T>(send: (done: (error: ServiceError | null, answer: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, answer) => {
        if (error === null) resolve(answer);
        else reject(new ProviderFailure(error));
      });
    });
  }
}
