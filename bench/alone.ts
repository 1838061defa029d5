/** The core from its queues down to the wire, without engine and front: a real emulator, in time moved by hand. */
import type { EmulatorOptions } from "huaweicloud-workspace-emulator";
import { connectApi } from "../provider/core/api/client";
import { BatchingWindow } from "../provider/core/desktop/queue";
import { Connections } from "../provider/core/desktop/connections";
import { VolumeOwnership } from "../provider/core/desktop/ownership";
import type { VolumeRequest } from "../provider/core/desktop/volumeRequest";
import type { Call } from "../provider/core/host";
import { runOperation } from "../provider/core/operation";
import { desktopId, emulatedCloud } from "../testing/emulatedCloud";

const TIMEOUT_MS = 30 * 60_000;

/** What a request came to, and when, by the clock in ms. */
export interface Outcome {
  error?: unknown;
  at: number;
}

/** @param requestsPerSecond Calls a second at most. */
export async function coreAlone(options: EmulatorOptions, requestsPerSecond: number) {
  const cloud = await emulatedCloud(options);
  const { clock, emulator, send, time } = cloud;
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  const env = { ...emulator.env, HW_WORKSPACE_REQUESTS_PER_SECOND: String(requestsPerSecond) };
  const api = connectApi({ clock, log, env, send, config: () => undefined });
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
      await runOperation(call, { title: `${request.kind} on ${on}` }, clock, async (operation) => {
        const connection = await connections.open({}, operation);
        return connection.desktop(on).submit(request, operation);
      });
      return { at: clock.now() };
    } catch (error) {
      return { error, at: clock.now() };
    }
  }

  return {
    cloud,
    clock,
    emulator,
    time,
    add: (on: string) => submit({ kind: "add", spec: { type: "SSD", size: 20 } }, on),
    remove: (volumeId: string, on = desktopId()) => submit({ kind: "delete", volumeId }, on),
  };
}
