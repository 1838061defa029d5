/** The core from its queues down to the wire, without engine and front. */
import { connectApi } from "../provider/core/api/client";
import type { Volume } from "../provider/core/api/volumes";
import { BatchingWindow } from "../provider/core/desktop/queue";
import { Connections } from "../provider/core/desktop/connections";
import { VolumeOwnership } from "../provider/core/desktop/ownership";
import type { VolumeRequest } from "../provider/core/desktop/volumeRequest";
import type { Call, Clock, Environment, Send } from "../provider/core/host";
import { runOperation } from "../provider/core/operation";

const TIMEOUT_MS = 30 * 60_000;

/** What a request came to, and when, by the clock in ms. */
export interface Outcome {
  volume?: Volume | undefined;
  error?: unknown;
  at: number;
}

/** @param send default: over the network */
export function bareCore(clock: Clock, env: Environment, send?: Send) {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  const api = connectApi({ clock, log, env, config: () => undefined, ...(send && { send }) });
  const window = new BatchingWindow(clock);
  const connections = new Connections({ api, clock, log, window, ownership: new VolumeOwnership() });
  const calls = { made: 0 };

  /** Puts a request in a desktop's queue; never rejects. */
  async function submit(request: VolumeRequest, on: string): Promise<Outcome> {
    window.noteArrival();
    const call: Call = {
      phase: "run",
      resourceKey: `resource ${(calls.made += 1)}`,
      timeoutMs: TIMEOUT_MS,
      timeoutSetBy: "the bench",
      halted: () => undefined,
    };
    try {
      const title = `${request.kind} on ${on}`;
      const volume = await runOperation(call, { title }, clock, async (operation) => {
        const connection = await connections.open({}, operation);
        return connection.desktop(on).submit(request, operation);
      });
      return { volume, at: clock.now() };
    } catch (error) {
      return { error, at: clock.now() };
    }
  }

  return {
    add: (on: string) => submit({ kind: "add", spec: { type: "SSD", size: 20 } }, on),
    remove: (volumeId: string, on: string) => submit({ kind: "delete", volumeId }, on),
  };
}
