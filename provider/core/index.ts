import { type Api, connectApi } from "./api/client";
import { BatchingWindow } from "./desktop/queue";
import { Connections } from "./desktop/connections";
import { VolumeOwnership } from "./desktop/ownership";
import { attachmentCodec, setCodec } from "./disk/codecs";
import { PreviewLook } from "./disk/previewLook";
import { DiskResource } from "./disk/resource";
import type { Clock, Host } from "./host";

/** The provider itself, free of the front that the engine calls it through. */
export interface Core {
  /** The lifecycle of `DataDiskAttachment`. */
  readonly attachment: DiskResource;
  /** The lifecycle of `DesktopDataDisks`; it shares queues and ownership with `attachment`. */
  readonly desktopDisks: DiskResource;
  /** What look-ups of this run share with its resources: sessions, rate limit, time. */
  readonly lookUps: { api: Api; clock: Clock };
  /** Reads the settings now; throws what reading the stack configuration throws. Else they are read by the first call. */
  prepare(): void;
  /** A call of the engine has reached the process. `joins`: it may go together with others: a change or a read. */
  arrived(joins: boolean): void;
  /** A call of the engine has its answer. */
  left(): void;
  /** Runs once, when no call of the engine is being worked on. */
  whenIdle(run: () => void): void;
  /** Nothing new may be sent any more, for this reason; what was sent is finished. */
  halt(reason: Error): void;
  /** Why nothing new may be sent; undefined while it may. */
  halted(): Error | undefined;
}

/** Wires the parts together; the only place that does. Makes no call and reads no setting yet. */
export function createCore(host: Host): Core {
  const { clock, log } = host;
  const window = new BatchingWindow(clock);
  const ownership = new VolumeOwnership();
  let wired: { api: Api; connections: Connections } | undefined;
  const wire = () => {
    if (wired !== undefined) return wired;
    const api = connectApi(host);
    const audit = host.audit?.bind(host);
    const parts = { api, clock, log, window, ownership, ...(audit === undefined ? {} : { audit }) };
    wired = { api, connections: new Connections(parts) };
    return wired;
  };
  const look = {
    get api() {
      return wire().api;
    },
    clock,
    log,
    ownership,
  };
  const parts = {
    previewLook: new PreviewLook(look),
    get connections() {
      return wire().connections;
    },
    get enterpriseProjectId() {
      return wire().api.options.enterpriseProjectId;
    },
    ownership,
    clock,
    log,
  };
  const calls: { here: number; idle?: () => void; halted?: Error } = { here: 0 };
  return {
    attachment: new DiskResource(attachmentCodec, parts),
    desktopDisks: new DiskResource(setCodec, parts),
    lookUps: {
      get api() {
        return wire().api;
      },
      clock,
    },
    prepare: () => {
      wire();
    },
    arrived: (joins) => {
      calls.here += 1;
      window.noteArrival(joins);
    },
    left: () => {
      calls.here -= 1;
      if (calls.here === 0) calls.idle?.();
    },
    whenIdle: (run) => {
      calls.idle = run;
      if (calls.here === 0) run();
    },
    halt: (reason) => {
      calls.halted = reason;
    },
    halted: () => calls.halted,
  };
}
