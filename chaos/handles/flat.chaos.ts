/** A provider process that works for long holds no more sockets and files in the end than in the beginning. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator, Fault } from "huaweicloud-workspace-emulator";
import { desktopId } from "../../tests/engine/cloud";
import { diskProvider, ProviderProcess } from "../../tests/process/provider-process";
import { forMs, tell } from "../options";

const DESKTOPS = 20;
/** As many more as a few requests that are under way make. */
const SLACK = 25;

let emulator: Emulator;
let provider: ProviderProcess;

// A busy machine takes its time to start a process.
jest.setTimeout(60_000);

beforeEach(async () => {
  emulator = await startEmulator({
    desktops: DESKTOPS,
    jobTimeMs: 1_500,
    tokenLifetimeMs: 3_000,
  });
  const { HW_ACCESS_KEY, HW_SECRET_KEY, ...env } = emulator.env;
  provider = await ProviderProcess.start({
    ...env,
    HW_USER_NAME: "emulator",
    HW_USER_PASSWORD: "Emulator-Password-1",
    HW_DOMAIN_NAME: "emulator",
    HW_WORKSPACE_REQUESTS_PER_SECOND: "500",
  });
  await provider.configure();
});

afterEach(async () => {
  await provider.close();
  await emulator.close();
});

interface Held {
  all: number;
  sockets: number;
  /** MB */
  memory: number;
}

function held(): Held {
  const folder = `/proc/${provider.pid}/fd`;
  const links = readdirSync(folder).flatMap((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`);
    } catch {
      return []; // It has been closed meanwhile.
    }
  });
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${provider.pid}/status`, "utf8"))?.[1];
  return {
    all: links.length,
    sockets: links.filter((link) => link.startsWith("socket:")).length,
    memory: Math.round(Number(rss ?? 0) / 1024),
  };
}

/** Every way in which an answer can be lost or late. */
const faults: Fault[] = [
  { fault: "cut-after-work", probability: 0.05, seed: 1, times: "always", match: { method: "GET" } },
  { fault: "cut-before-work", probability: 0.02, seed: 2, times: "always", match: { method: "GET" } },
  {
    fault: "cut-after-work",
    probability: 0.05,
    seed: 3,
    times: "always",
    match: { operation: "DeleteDesktopVolumes" },
  },
  { fault: "truncated", probability: 0.03, seed: 4, times: "always", match: { operation: "ShowJob" } },
  { fault: "slow", delay_ms: 400, probability: 0.03, seed: 5, times: "always" },
  { fault: "throttle", retry_after_s: 1, probability: 0.005, seed: 6, times: "always" },
  {
    fault: "not-json",
    probability: 0.02,
    seed: 7,
    times: "always",
    match: { operation: "ShowDesktopDetail" },
  },
];

/** One disk through its life; what goes wrong on the way is no matter here. */
async function life(desktop: number): Promise<void> {
  const inputs = { desktopId: desktopId(desktop), type: "SSD", size: 20, __provider: diskProvider };
  const { id, outs } = await provider.create(inputs);
  const grown = await provider.update(id, outs, { ...inputs, size: 30 });
  await provider.read(id, grown);
  await provider.delete(id, grown);
}

test(
  "sockets and files stay as many as they were",
  async () => {
    for (const fault of faults) emulator.addFault(fault);
    const began = performance.now();
    const seen: Held[] = [];
    let lives = 0;
    let failed = 0;
    while (performance.now() - began < forMs) {
      const round = Array.from({ length: DESKTOPS }, (_, at) => life(at + 1));
      for (const { status } of await Promise.allSettled(round)) {
        lives += 1;
        if (status === "rejected") failed += 1;
      }
      seen.push(held());
      if (seen.length % 10 === 1)
        tell(
          `${Math.round((performance.now() - began) / 1000)} s, ${lives} lives: ${JSON.stringify(seen.at(-1))}`,
        );
    }
    const half = Math.floor(seen.length / 2);
    const most = (part: Held[], key: keyof Held) => Math.max(...part.map((one) => one[key]));
    const figures = (key: keyof Held) =>
      `${most(seen.slice(0, half), key)} then ${most(seen.slice(half), key)}`;
    tell(
      `${lives} lives, ${failed} with an error, ${emulator.requestLog().forgotten + emulator.requests().length} requests. ` +
        `Most in the first half and in the second: open files ${figures("all")}, sockets ${figures("sockets")}, MB ${figures("memory")}`,
    );
    expect(failed).toBeLessThan(lives / 4);
    expect(most(seen.slice(half), "all")).toBeLessThanOrEqual(most(seen.slice(0, half), "all") + SLACK);
  },
  2 ** 31 - 1,
);
