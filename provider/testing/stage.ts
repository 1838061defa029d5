import { type EmulatorOptions, type LoggedRequest, startEmulator } from "huaweicloud-workspace-emulator";
import { Sessions } from "../auth";
import { Lines, sources } from "../auth/testing/world";
import type { VolumeOutcome, VolumeRequest } from "../desktop/asked";
import type { Audit } from "../desktop/audit";
import { Holdings } from "../desktop/holdings";
import { Operation } from "../desktop/operation";
import { Project, type ProjectParts } from "../desktop/project";
import { Quiet } from "../desktop/quiet";
import type { VolumeSpec } from "../desktop/service";
import { WorkspaceClient } from "../workspace/client";
import { Limiter } from "../workspace/limiter";
import { loopback } from "./loopback";
import { VirtualTime } from "./virtualTime";
import { todaysReading } from "../../testing/todaysReading";

export const MINUTE = 60_000;

/** The numbered desktops of the emulator. */
export const desktopId = (number = 1) => `d0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** What a request came to, and when, in ms since the stage was set up. */
export interface Result {
  volume?: VolumeOutcome;
  error?: Error;
  at: number;
}

/** The rooms from the queue down to the wire, against a real emulator, in virtual time. */
export async function stage(options: EmulatorOptions = {}, requestsPerSecond = 1000) {
  const time = new VirtualTime();
  const { clock } = time;
  const emulator = await startEmulator({
    dialects: todaysReading,
    desktops: 3,
    jobTimeMs: 5000,
    clock: "manual",
    wall: () => clock.date().getTime() - clock.wrongBy,
    ...options,
  });
  clock.follow((ms) => {
    emulator.advance(ms);
  });
  const wire = loopback();
  const send = time.watched(wire.send);
  const log = new Lines();
  const world = sources({ env: { ...emulator.env } });
  const session = await time.until(new Sessions(world, send, clock, log).open({}));
  const limiter = new Limiter(clock, requestsPerSecond);
  const wires = { send, clock, log, limiter };
  const client = new WorkspaceClient(session, wires);
  const quiet = new Quiet(clock);
  const holdings = new Holdings();
  const audited: Parameters<Audit>[0][] = [];
  const shown: string[] = [];
  const halted: { reason?: Error } = {};
  const rooms: ProjectParts = {
    quiet,
    holdings,
    audit: (record) => audited.push(record),
    show: (_desktopId, line) => shown.push(line),
    mayStart: () => {
      if (halted.reason !== undefined) throw halted.reason;
    },
  };
  const project = new Project(client, rooms);

  const operation = (doing: string, desktop: string, timeoutMs: number) =>
    new Operation(clock, { doing, disk: "a disk", desktopId: desktop, timeoutMs });

  /** Puts a request in a desktop's queue; never rejects. */
  async function ask(
    request: VolumeRequest,
    { on = desktopId(), timeoutMs = 30 * MINUTE } = {},
  ): Promise<Result> {
    quiet.noteArrival();
    try {
      const volume = await project.submit(on, request, operation(request.kind, on, timeoutMs));
      return { volume, at: clock.now() };
    } catch (error) {
      return { error: error as Error, at: clock.now() };
    }
  }

  return {
    time,
    clock,
    emulator,
    client,
    /** What clients and projects are made of, to make more of them. */
    wires,
    rooms,
    project,
    quiet,
    holdings,
    audited,
    shown,
    halted,
    log,
    operation,
    ask,
    add: (spec: Partial<VolumeSpec> = {}, how: Parameters<typeof ask>[1] = {}) =>
      ask({ kind: "add", spec: { type: "SSD", size: 20, ...spec }, enterpriseProjectId: undefined }, how),
    remove: (volumeId: string, how: Parameters<typeof ask>[1] = {}) => ask({ kind: "delete", volumeId }, how),
    /** Data disks on a desktop, really. */
    disks: (on = desktopId()) =>
      emulator.desktops().find(({ desktop_id }) => desktop_id === on)?.data_volumes ?? [],
    /** Gives a desktop disks of these ids. */
    furnish: (ids: readonly string[], on = desktopId()) => {
      const data_volumes = ids.map((volume_id) => ({ volume_id, type: "SSD", size: 20 }));
      emulator.addDesktops([{ desktop_id: on, data_volumes }]);
    },
    /** The requests that change something, in order. */
    changes: () => emulator.requests().filter(({ method }) => method !== "GET"),
    /** Requests whose method and path fit; a star stands for anything. */
    asked: (pattern: string) => emulator.requests().filter((request) => fits(pattern, request)),
    end: async () => {
      time.end();
      wire.end();
      await emulator.close();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof stage>>;

function fits(pattern: string, { method, path }: LoggedRequest): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`).test(`${method} ${path}`);
}

/** Sets up a stage for each test, and takes it down. */
export function eachOnStage(options: EmulatorOptions = {}): { readonly it: Stage } {
  const held: { coming?: Promise<Stage>; it?: Stage } = {};
  beforeEach(async () => {
    held.coming = stage(options);
    held.it = await held.coming;
  });
  // Also one whose set-up was cut off is waited for: an emulator left open keeps the process alive.
  afterEach(async () => (await held.coming)?.end());
  return {
    get it() {
      if (held.it === undefined) throw new Error("there is no stage outside of a test");
      return held.it;
    },
  };
}
