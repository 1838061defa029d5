/** An emulator in virtual time, as a history draws it. All of its options are named here and nowhere else. */
import {
  dialectCatalogue,
  type DialectName,
  dialectNames,
  type Emulator,
  type Fault,
  type HistoryEvent,
  startEmulator,
} from "huaweicloud-workspace-emulator";
import { loopback } from "../loopback";
import { VirtualTime } from "../virtualTime";
import type { RealDisk } from "../judge/record";
import type { SendHttp } from "../provider";
import { desktopId, DESKTOPS, EXISTING, existingDisk, USUAL } from "./desktops";

export const MINUTE = 60_000;
export const PASSWORD = "Emulator-Password-1";

/** The second actor of a world. */
export interface ActorDraw {
  readonly seed: number;
  /** It adds disks like those that programs ask for. */
  readonly isAlike: boolean;
  readonly everyMs: { readonly min: number; readonly max: number };
  /** It deletes and grows its own disks only, or any. */
  readonly touches: "own" | "any";
}

/** What a history takes place in. */
export interface WorldDraw {
  readonly seed: number;
  /** Every dialect that is spoken, plain ones too. */
  readonly dialects: readonly DialectName[];
  readonly maxLagMs: number;
  readonly secondActor: ActorDraw | undefined;
  /** A second stack of ours works on the same desktops. */
  readonly hasSecondStack: boolean;
  readonly credentials: "key" | "password";
  readonly tokenLifetimeMs: number;
  /** Every so many-th answer is what a broken gateway makes of it: the request's headers. 0: none. */
  readonly echoEvery: number;
  /** Faults that the commands order do happen. */
  readonly hasFaults: boolean;
  /** So many attachments are in the program of each stack from the start. */
  readonly startsWith: number;
  /** Numbers of the desktops that have a disk from the start. */
  readonly furnished: readonly number[];
}

/** The dialects as an order to the emulator: those besides the plain reading, and "no-" before what is left out of it. */
export function orderOf(dialects: readonly DialectName[]): string[] {
  return dialectNames.flatMap((name) => {
    const { plain } = dialectCatalogue[name];
    if (dialects.includes(name)) return plain ? [] : [name];
    return plain ? [`no-${name}`] : [];
  });
}

export class World {
  readonly send: SendHttp;
  /** The data disks of the start. */
  readonly initial: readonly RealDisk[];
  /** See `WorldDraw`; 0 once the world has calmed down. */
  echoEvery: number;
  readonly #startedAt: number;

  private constructor(
    readonly draw: WorldDraw,
    readonly time: VirtualTime,
    readonly emulator: Emulator,
    private readonly wire: ReturnType<typeof loopback>,
  ) {
    this.send = time.watched(wire.send);
    this.echoEvery = draw.echoEvery;
    this.#startedAt = time.clock.date().getTime();
    const furnished = draw.furnished.map(desktopId).map((desktop_id) => ({
      desktop_id,
      data_volumes: [{ ...EXISTING, volume_id: existingDisk(desktop_id) }],
    }));
    emulator.addDesktops(furnished);
    this.initial = this.disks();
  }

  static async open(draw: WorldDraw): Promise<World> {
    const time = new VirtualTime();
    const { clock } = time;
    const emulator = await startEmulator({
      clock: "manual",
      wall: () => clock.date().getTime() - clock.wrongBy,
      desktops: DESKTOPS.length,
      jobTimeMs: { min: 300, max: 6_000 },
      seed: draw.seed,
      dialects: orderOf(draw.dialects),
      maxLagMs: draw.maxLagMs,
      tokenLifetimeMs: draw.tokenLifetimeMs,
      ...(draw.secondActor === undefined ? {} : { secondActor: specOf(draw.secondActor) }),
    });
    clock.follow((ms) => {
      emulator.advance(ms);
    });
    return new World(draw, time, emulator, loopback());
  }

  get clock() {
    return this.time.clock;
  }

  /** Environment of a provider process, with one of the two kinds of credentials. */
  get env(): Readonly<Record<string, string>> {
    const { HW_ACCESS_KEY, HW_SECRET_KEY, ...env } = this.emulator.env;
    if (this.draw.credentials === "key") return { ...env, HW_ACCESS_KEY, HW_SECRET_KEY };
    return { ...env, HW_USER_NAME: "emulator", HW_USER_PASSWORD: PASSWORD, HW_DOMAIN_NAME: "emulator" };
  }

  /** All data disks of all desktops, as they really are now. */
  disks(): RealDisk[] {
    return this.emulator.desktops().flatMap(({ desktop_id: desktop, status, data_volumes: volumes }) =>
      status === "DELETED"
        ? []
        : volumes.map(({ volume_id: volumeId, type, size, iops, throughput }) => ({
            desktop,
            volumeId,
            type,
            size,
            iops,
            throughput,
          })),
    );
  }

  isThere(volumeId: string): boolean {
    return this.disks().some((disk) => disk.volumeId === volumeId);
  }

  isDeleted(desktop: string): boolean {
    const found = this.emulator.desktops().find(({ desktop_id: id }) => id === desktop);
    return found === undefined || found.status === "DELETED";
  }

  /** What really happened, with times in ms since the start. */
  events(): HistoryEvent[] {
    // What a job has done is noted when somebody looks at its desktop.
    this.emulator.desktops();
    return this.emulator.history().map((event) => ({ ...event, at: event.at - this.#startedAt }));
  }

  /** Orders a fault now. What is impossible by now, such as removing a disk that is gone, does not happen. */
  order(fault: Fault): void {
    try {
      this.emulator.addFault(fault);
    } catch {
      return;
    }
  }

  power(desktop: string, isOn: boolean): void {
    if (!this.isDeleted(desktop))
      this.emulator.addDesktops([{ desktop_id: desktop, status: isOn ? "ACTIVE" : "SHUTOFF" }]);
  }

  /** Faults end, the second actor stops, and of the dialects only those stay that delay or word answers. */
  calmDown(): void {
    this.echoEvery = 0;
    this.emulator.clearFaults();
    this.emulator.setSecondActor(undefined);
    this.emulator.setDialects(orderOf(this.draw.dialects.filter((name) => name !== "repeating-gateway")));
    for (const desktop of DESKTOPS) this.power(desktop, true);
  }

  /** Whether a job goes on for ever on the desktop: nothing can be changed there any more. */
  isStuck(desktop: string): boolean {
    try {
      this.emulator.addFault({ fault: "foreign-job", desktop_id: desktop, duration_ms: 1 });
      return false;
    } catch {
      return true;
    }
  }

  /** Reads every desktop so often that reads which lag for a number of reads lag no more. */
  async catchUp(reads: number): Promise<void> {
    const { HW_AUTH_URL, HW_WORKSPACE_ENDPOINT, HW_PROJECT_ID } = this.emulator.env;
    const user = { name: "emulator", password: PASSWORD, domain: { name: "emulator" } };
    const auth = {
      identity: { methods: ["password"], password: { user } },
      scope: { project: { id: HW_PROJECT_ID } },
    };
    const json = { "Content-Type": "application/json" };
    const ask = (request: Pick<Parameters<SendHttp>[0], "method" | "url" | "headers" | "body">) =>
      this.time.until(this.send({ ...request, timeoutMs: MINUTE }));
    const signedIn = await ask({
      method: "POST",
      url: `${HW_AUTH_URL}/auth/tokens`,
      headers: json,
      body: JSON.stringify({ auth }),
    });
    const headers = { "X-Auth-Token": signedIn.headers["x-subject-token"] ?? "" };
    for (const desktop of DESKTOPS) {
      const url = `${HW_WORKSPACE_ENDPOINT}/v2/${HW_PROJECT_ID}/desktops/${desktop}`;
      for (let read = 0; read < reads; read += 1) await ask({ method: "GET", url, headers });
    }
  }

  async close(): Promise<void> {
    this.time.end();
    this.wire.end();
    await this.emulator.close();
  }
}

function specOf({ seed, isAlike, everyMs, touches }: ActorDraw) {
  return { seed, kinds: [isAlike ? USUAL : EXISTING], everyMs: { ...everyMs }, deletes: touches };
}
