/** The emulator beside another one: moto's server, which emulates services of another cloud. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { pythonWith } from "../emulator/src/testing/python";
import { repositoryRoot } from "../scripts/repository";
import { newToken } from "../tests/auth/token";
import { WORKERS, type ServerResults } from "./emulator-page";
import { startProcess } from "./start-up";
import { figure } from "./statistics";

/** A request to a server. */
type Ask = readonly [url: string, init: RequestInit];

/** A server that has a hundred disks. */
interface Server {
  /** Shows one. */
  readonly read: Ask;
  /** Shows all hundred. */
  readonly list: Ask;
  /** Makes a disk larger; the number counts the requests from 0 on. */
  readonly grow: (number: number) => Ask;
  readonly stop: () => Promise<void>;
}

interface Contestant {
  readonly name: string;
  /** Starts it and asks it for something; the time of that, in ms. */
  readonly start: () => Promise<{ startMs: number; furnish: () => Promise<Server> }>;
}

const DISKS = 100;
/** How long each kind of request is sent, in ms. */
const MEASURED_MS = 1_500;
const WARM_MS = 500;

function emulator(name: string, args: () => string[]): Contestant {
  return {
    name,
    start: async () => {
      const began = performance.now();
      // A job without a duration is over when it has begun, as a change of moto is.
      const common = ["--desktops", String(DISKS), "--job-time", "0", "--quiet"];
      const process = await startProcess(...common, ...args());
      await fetch(`${process.address}/_emulator/clock`);
      const startMs = performance.now() - began;
      const furnish = async (): Promise<Server> => {
        const { token } = await newToken(process.address, process.project);
        const base = `${process.address}/v2/${process.project}`;
        const headers = { "X-Auth-Token": token, "Content-Type": "application/json" };
        const tail = (number: number) => String((number % DISKS) + 1).padStart(12, "0");
        return {
          read: [`${base}/desktops/d0000000-0000-4000-8000-${tail(0)}`, { headers }],
          list: [`${base}/desktops/detail`, { headers }],
          grow: (number) => {
            const desktop = `desktops/d0000000-0000-4000-8000-${tail(number)}`;
            const volume = `volumes/a0000000-0000-4000-8000-${tail(number)}`;
            const new_size = 90 + 10 * Math.floor(number / DISKS);
            const init = { method: "POST", headers, body: JSON.stringify({ new_size }) };
            return [`${base}/${desktop}/${volume}/expand`, init];
          },
          stop: () => {
            process.stop();
            return Promise.resolve();
          },
        };
      };
      return { startMs, furnish };
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** moto looks at the name of the service in the credential, and at no signature. */
const motoHeaders = {
  Authorization:
    "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
  "Content-Type": "application/x-www-form-urlencoded",
};

function moto(python: string): Contestant {
  return {
    name: "moto",
    start: async () => {
      const port = await freePort();
      const began = performance.now();
      // Its own program names the folder in which it was installed first.
      const args = ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)];
      const child = execa(python, args, { stdio: "ignore", killSignal: "SIGKILL", reject: false });
      const ended = { value: false };
      void child.then(() => (ended.value = true));
      const url = `http://127.0.0.1:${port}/`;
      const ask = (action: string, parameters: Record<string, string>): Ask => {
        const body = new URLSearchParams({ Action: action, Version: "2016-11-15", ...parameters }).toString();
        return [url, { method: "POST", headers: motoHeaders, body }];
      };
      // It says nothing when it listens.
      while (!(await fetch(url).catch(() => undefined))?.ok) {
        if (ended.value) throw new Error("moto's server has ended instead of listening");
        await new Promise((wake) => setTimeout(wake, 5));
      }
      const startMs = performance.now() - began;
      const furnish = async (): Promise<Server> => {
        const ids: string[] = [];
        for (let count = 0; count < DISKS; count++) {
          const answer = await fetch(...ask("CreateVolume", { AvailabilityZone: "us-east-1a", Size: "80" }));
          const [, id = ""] = /<volumeId>([^<]+)</.exec(await answer.text()) ?? [];
          ids.push(id);
        }
        return {
          read: ask("DescribeVolumes", { "VolumeId.1": ids[0] ?? "" }),
          list: ask("DescribeVolumes", {}),
          grow: (number) =>
            ask("ModifyVolume", {
              VolumeId: ids[number % DISKS] ?? "",
              Size: String(90 + 10 * Math.floor(number / DISKS)),
            }),
          stop: async () => {
            child.kill();
            await child;
          },
        };
      };
      return { startMs, furnish };
    },
  };
}

/** Answers a second, from so many requests at a time. */
async function perSecond(ms: number, ask: (number: number) => Ask): Promise<number> {
  let next = 0;
  const began = performance.now();
  const worker = async () => {
    while (performance.now() < began + ms) {
      const [url, init] = ask(next++);
      const answer = await fetch(url, init);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return next / ((performance.now() - began) / 1000);
}

/** Measures all servers in turn, so that a busy moment of the machine hits all alike. */
export async function measureServers(rounds: number, say: (line: string) => void): Promise<ServerResults> {
  const folder = mkdtempSync(join(tmpdir(), "bench-state-"));
  let files = 0;
  const contestants = [
    emulator("the emulator", () => []),
    emulator("with `--state`", () => ["--state", join(folder, `world-${String(files++)}`)]),
  ];
  let missing: string | undefined;
  try {
    const requirements = join(repositoryRoot, "bench", "moto-requirements.txt");
    contestants.push(moto(await pythonWith(requirements, "moto")));
  } catch (error) {
    missing = error instanceof Error ? error.message : String(error);
  }
  const taken = contestants.map(({ name }) => ({
    name,
    start: [] as number[],
    read: [] as number[],
    list: [] as number[],
    grow: [] as number[],
  }));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [index, contestant] of contestants.entries()) {
        const { startMs, furnish } = await contestant.start();
        const server = await furnish();
        try {
          // Both work faster once their code is warm.
          await perSecond(WARM_MS, () => server.read);
          const row = taken[index];
          row?.start.push(startMs);
          row?.read.push(await perSecond(MEASURED_MS, () => server.read));
          row?.list.push(await perSecond(MEASURED_MS, () => server.list));
          row?.grow.push(await perSecond(MEASURED_MS, server.grow));
        } finally {
          await server.stop();
        }
        say(`emulator, round ${round + 1}: ${contestant.name}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const rows = taken.map(({ name, start, read, list, grow }) => ({
    name,
    start: figure(start),
    read: figure(read),
    list: figure(list),
    grow: figure(grow),
  }));
  return { rows, ...(missing !== undefined && { missing }) };
}
