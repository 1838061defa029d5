/** What is the same for the process of either front: it is spawned, spoken to over gRPC, and ended. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { bareEnvironment } from "../../scripts/pulumi/environment";
import { repositoryRoot } from "../../scripts/repository";

/** Inputs or outputs of a resource as they travel. */
export type Properties = Readonly<Record<string, JavaScriptValue>>;

/** What an answer refuses. */
export interface Failure {
  property: string;
  reason: string;
}

/** All that a check, or a look-up, refuses. */
export function failuresOf(answer: { getFailuresList(): proto.CheckFailure[] }): Failure[] {
  return answer
    .getFailuresList()
    .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

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

/** A process that has said where it listens. */
export interface Started {
  child: ChildProcess;
  client: ResourceProviderClient;
  port: string;
  /** What it has written since, in order. */
  written: { stream: "out" | "error"; text: string }[];
}

/** Runs `node ARGUMENTS…` until it has printed its port; `env` goes on top of an environment without anybody's settings. */
export async function startProcess(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Started> {
  const child = spawn(process.execPath, args, {
    cwd: repositoryRoot,
    env: { ...bareEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written: Started["written"] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => written.push({ stream: "error", text }));
  const lines = createInterface(child.stdout);
  const port = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("exit", () => {
      reject(new Error(`the process ended at once:\n${written.map(({ text }) => text).join("")}`));
    });
  });
  lines.on("line", (line) => written.push({ stream: "out", text: `${line}\n` }));
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return { child, client, port, written };
}

/** The process of a front, and a stand-in for the engine that it watches. */
export abstract class SpawnedProcess<Engine extends { close(): unknown }> {
  protected constructor(
    protected readonly started: Started,
    readonly engine: Engine,
  ) {}

  get client(): ResourceProviderClient {
    return this.started.client;
  }

  /** Its number. */
  get pid(): number {
    return this.started.child.pid ?? 0;
  }

  /** What it has written to one stream, or to both in order. */
  protected wrote(only?: "out" | "error"): string {
    const wanted = this.started.written.filter(({ stream }) => only === undefined || stream === only);
    return wanted.map(({ text }) => text).join("");
  }

  /** The engine is gone, as after `kill -9`: its address refuses from now on. */
  loseEngine(): void {
    this.engine.close();
  }

  /** Whether it still runs. */
  get running(): boolean {
    const { exitCode, signalCode } = this.started.child;
    return exitCode === null && signalCode === null;
  }

  /** Resolves with its exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.running) await once(this.started.child, "exit");
    return this.started.child.exitCode;
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.client.close();
    this.engine.close();
    if (!this.running) return;
    const ended = once(this.started.child, "exit");
    this.started.child.kill("SIGKILL");
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
}
