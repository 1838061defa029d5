/** Mistakes that people make: the whole text that they see, through both fronts, beside a real emulator. */
import type { Fault } from "huaweicloud-workspace-emulator";
import { dynamicFront } from "../../../testing/dynamicFront";
import { desktopId, type EmulatedCloud, emulatedCloud } from "../../../testing/emulatedCloud";
import { pluginFront } from "../../../testing/pluginFront";
import type { Props, ProviderUnderTest, SendHttp } from "../../../testing/provider";
import { ConnectionError } from "../../core/errors";

export const ssd = { desktopId: desktopId(), type: "SSD", size: 100 };
export const noCredentials = { HW_ACCESS_KEY: "", HW_SECRET_KEY: "" };

export interface Mistake {
  what: string;
  /** The lines that are seen. */
  told: string[];
  inputs?: Props;
  /** What was said before. */
  olds?: Props;
  env?: Record<string, string>;
  faults?: Fault[];
  /** Data disks that the desktop has already. */
  furnish?: string[];
  /** Why no request gets a connection: the words of the transport, and of the system. */
  unreachable?: { why: string; systemCode: string };
}

const fronts: [string, ProviderUnderTest][] = [
  ["the dynamic front", dynamicFront],
  ["the plugin", pluginFront],
];

/** Sends nothing, as the transport where there is no connection. */
function refusing(gone: { why: string; systemCode: string }): SendHttp {
  return ({ method, url }) => {
    const { origin, pathname } = new URL(url);
    return Promise.reject(
      new ConnectionError({ request: `${method} ${origin}${pathname}`, reached: "no", ...gone }),
    );
  };
}

/** A text, with names for what differs from run to run, and for ids. */
export function named(text: string): string {
  return text
    .replace(/request id [0-9a-f]{32}/g, "request id R")
    .replace(/failed after \d+s/g, "failed after Ns")
    .replace(/last seen \d+ s ago/g, "last seen N s ago")
    .replace(/sent \d+ times/g, "sent N times")
    .replace(/127\.0\.0\.1:\d+/g, "HOST")
    .replace(/d0000000-0000-4000-8000-0+(\d+)/g, "D$1")
    .replace(/a0000000-0000-4000-8000-0+(\d+)/g, "ROOT$1")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "J")
    .replaceAll("e0000000000000000000000000000001", "P");
}

/** The same tests with each front: `provider` is the front beside the cloud of the test. */
export function withEachFront(
  tests: (world: {
    cloud: () => EmulatedCloud;
    provider: (
      env?: Record<string, string>,
      gone?: Mistake["unreachable"],
    ) => ReturnType<ProviderUnderTest["make"]>;
  }) => void,
): void {
  describe.each(fronts)("%s", (_name, front) => {
    let cloud: EmulatedCloud;
    beforeEach(async () => {
      cloud = await emulatedCloud();
    });
    afterEach(() => cloud.end());

    tests({
      cloud: () => cloud,
      provider: (env = {}, gone) =>
        front.make({
          env: { ...cloud.env, HOME: "/nonexistent", ...env },
          clock: cloud.clock,
          send: gone === undefined ? cloud.send : refusing(gone),
          log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
          halted: () => undefined,
        }),
    });
  });
}

/** The kind of resource that has these inputs. */
export const kindOf = (inputs: Props) => ("disks" in inputs ? "disks" : "attachment");
