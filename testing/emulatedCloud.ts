/** A real emulator in virtual time, for tests of what goes on beside it. */
import { type EmulatorOptions, type LoggedRequest, startEmulator } from "huaweicloud-workspace-emulator";
import { ConnectionError } from "../provider/core/errors";
import type { Send } from "../provider/core/host";
import { loopback } from "./loopback";
import { VirtualTime } from "./virtualTime";
import { desktopId as numbered } from "./world/desktops";

/** A `send` whose failures are errors of the core, as those of its own transport are. */
export function failingAsCore(send: Send): Send {
  return async (request) => {
    try {
      return await send(request);
    } catch (error) {
      if (error instanceof ConnectionError || !(error instanceof Error)) throw error;
      const { reached, code } = error as Error & { reached?: unknown; code?: unknown };
      throw new ConnectionError({
        request: `${request.method} ${new URL(request.url).pathname}`,
        why: error.message,
        reached: reached === "no" ? "no" : "unknown",
        systemCode: typeof code === "string" ? code : "UNKNOWN",
      });
    }
  };
}

/** The numbered desktops of the emulator. */
export const desktopId = (number = 1) => numbered(number);

/** A real emulator, in virtual time. */
export async function emulatedCloud(options: EmulatorOptions = {}) {
  const time = new VirtualTime();
  const { clock } = time;
  const emulator = await startEmulator({
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
  return {
    time,
    clock,
    emulator,
    env: { ...emulator.env },
    echoEvery: 0,
    send: failingAsCore(time.watched(wire.send)),
    /** Data disks on a desktop, really. */
    disks: (on = desktopId()) =>
      emulator.desktops().find(({ desktop_id }) => desktop_id === on)?.data_volumes ?? [],
    /** The ids of all data disks. */
    ids: () =>
      emulator
        .desktops()
        .flatMap(({ data_volumes: disks }) => disks.map((disk) => disk.volume_id))
        .sort(),
    /** Gives a desktop disks of these ids: SSD, 100 GB. */
    furnish: (...ids: string[]) => {
      const data_volumes = ids.map((volume_id) => ({ volume_id, type: "SSD", size: 100 }));
      emulator.addDesktops([{ desktop_id: desktopId(), data_volumes }]);
    },
    /** What changes were asked for, in order: the call and the disks that it names. */
    changes: () =>
      emulator
        .requests()
        .filter(({ method }) => method !== "GET")
        .map(({ path, body }: LoggedRequest) => {
          const lists = body as Record<string, unknown[] | undefined>;
          return [
            path.split("/").at(-1),
            ...(lists.volume_ids ?? lists.volumes ?? lists.desktop_volumes_expansion ?? []),
          ];
        }),
    end: async () => {
      time.end();
      wire.end();
      await emulator.close();
    },
  };
}

export type EmulatedCloud = Awaited<ReturnType<typeof emulatedCloud>>;
