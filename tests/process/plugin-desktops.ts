/** A plugin process beside an emulator, with another desktop for each test. */
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { desktopId } from "../engine/cloud";
import { changesOf, disksOn } from "./one-desktop";
import { PluginProcess } from "./plugin-process";
import type { Properties } from "./spawned-process";

/** How many desktops the emulator has. */
export const DESKTOPS = 40;

/** What one file of tests works with. */
export class PluginDesktops {
  #emulator: Emulator | undefined;
  #plugin: PluginProcess | undefined;
  /** How many tests have begun. */
  used = 0;

  get emulator(): Emulator {
    return started(this.#emulator);
  }
  get plugin(): PluginProcess {
    return started(this.#plugin);
  }

  /** The desktop of the present test. */
  get desktop(): string {
    return desktopId(this.used);
  }

  /** A disk of that desktop. */
  inputs(more: Properties = {}): Properties {
    return { desktopId: this.desktop, type: "SSD", size: 100, ...more };
  }

  /** The disks that the desktop has. */
  volumes(): ReturnType<typeof disksOn> {
    return disksOn(this.emulator, this.desktop);
  }

  /** What was to be changed on the desktop. */
  writes(): ReturnType<typeof changesOf> {
    return changesOf(this.emulator, this.desktop);
  }

  async start(): Promise<void> {
    this.#emulator = await startEmulator({ desktops: DESKTOPS, jobTimeMs: 1_500 });
    this.#plugin = await PluginProcess.start({ ...this.#emulator.env });
    await this.#plugin.configure();
  }

  async close(): Promise<void> {
    await this.#plugin?.close();
    await this.#emulator?.close();
  }
}

/** Starts both before the tests of a file, and ends them afterwards. */
export function pluginDesktops(): PluginDesktops {
  const on = new PluginDesktops();
  beforeAll(() => on.start());
  afterAll(() => on.close());
  beforeEach(() => {
    on.used += 1;
  });
  return on;
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the tests have not begun");
  return value;
}
