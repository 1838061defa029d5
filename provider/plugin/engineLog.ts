import { AsyncLocalStorage } from "node:async_hooks";
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Clock, Environment, Log, Progress } from "../core/host";
import { progressPace } from "../front/progressPace";

/** One line for the engine's display. */
export interface EngineLine {
  severity: "info" | "warning";
  message: string;
  /** The resource on whose row it is shown. Default: the stack. */
  urn?: string;
  /** A status line that the engine does not keep in the diagnostics. */
  ephemeral?: boolean;
}

/** Shows one line. Must not throw. */
export type ShowLine = (line: EngineLine) => void;

/** The log of the engine at this address. Failures to display are ignored: no result depends on it. */
export function engineDisplay(address: string): ShowLine {
  const engine = new EngineClient(address, credentials.createInsecure());
  return ({ severity, message, urn, ephemeral }) => {
    const request = new LogRequest();
    request.setSeverity(severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING);
    request.setMessage(message);
    if (urn !== undefined) request.setUrn(urn);
    if (ephemeral === true) request.setEphemeral(true);
    engine.log(request, () => undefined);
  };
}

/** The resource of the present call. Work that several calls share belongs to the call that started it. */
export const currentUrn = new AsyncLocalStorage<string>();

/**
 * The core's log: shown by the engine, on the row of the resource that it is
 * about. Debug lines go to standard error, only with `HW_WORKSPACE_LOG=debug`,
 * each with the time of day (UTC).
 */
export function coreLog(env: Environment, show: ShowLine, write: (text: string) => void): Log {
  const shown = (severity: EngineLine["severity"]) => (message: string) => {
    const urn = currentUrn.getStore();
    show({ severity, message, ...(urn === undefined ? {} : { urn }) });
  };
  return {
    debug: (message) => {
      if (env.HW_WORKSPACE_LOG === "debug") {
        write(`debug: ${new Date().toISOString().slice(11, 23)} ${message}\n`);
      }
    },
    info: shown("info"),
    warn: shown("warning"),
  };
}

/** Shows progress on the row of its resource, and that of all resources on the row of the stack. */
export function progressDisplay(
  { clock, env }: { clock: Clock; env: Environment },
  show: ShowLine,
): (urn: string, progress: Progress) => void {
  const isTime = progressPace(clock, env);
  return (urn, { line, overall }) => {
    if (overall !== undefined && isTime("")) show({ severity: "info", message: overall, ephemeral: true });
    if (isTime(urn)) show({ severity: "info", message: line, urn, ephemeral: true });
  };
}
