/** How long the provider process and the emulator take until they answer, and how much the emulator carries. */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { repositoryRoot } from "../scripts/repository";
import { newToken } from "../tests/auth/token";
import { diskProvider, ProviderProcess } from "../tests/process/provider-process";
import { type Figure, figure } from "./statistics";

const EMPTY = "exports.handler = () => ({ check: async (olds, inputs) => ({ inputs }) })";

export interface StartResult {
  /** From the start of the process to the answer to its first check, in ms; the engine configures it before. */
  readonly ours: Figure;
  readonly empty: Figure;
  /** From the start of the emulator's process to its first answer, in ms. */
  readonly emulator: Figure;
  /** Requests a second that the emulator answers, 16 at a time. */
  readonly requestsPerSecond: Figure;
}

async function firstAnswer(provider: string): Promise<number> {
  const began = performance.now();
  const process = await ProviderProcess.start({ HW_REGION_NAME: "cn-north-4" });
  try {
    await process.configure();
    await process.check({ __provider: provider, desktopId: "d", type: "SSD", size: 10 });
    return performance.now() - began;
  } finally {
    await process.close();
  }
}

/** The emulator as a process of its own, as `npx huaweicloud-workspace-emulator` starts it. */
export async function startProcess(...args: string[]) {
  const bin = join(repositoryRoot, "emulator", "bin", "huaweicloud-workspace-emulator.js");
  const options = {
    stdin: "ignore",
    stderr: "ignore",
    buffer: false,
    killSignal: "SIGKILL",
    reject: false,
  } as const;
  const child = execa(process.execPath, [bin, "--port", "0", ...args], options);
  const variables: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name = "", value = ""] = /^export ([A-Z_]+)=["']?(.*?)["']?$/.exec(line) ?? [];
    variables[name] = value;
    // The last one that it prints.
    if (name === "HW_AUTH_URL") break;
  }
  const { HW_WORKSPACE_ENDPOINT: address = "", HW_PROJECT_ID: project = "" } = variables;
  return { address, project, stop: () => child.kill() };
}

async function emulatorStart(): Promise<number> {
  const began = performance.now();
  const emulator = await startProcess("--desktops", "1");
  try {
    await fetch(`${emulator.address}/_emulator/desktops`);
    return performance.now() - began;
  } finally {
    emulator.stop();
  }
}

async function throughput(): Promise<number> {
  const emulator = await startProcess("--desktops", "100", "--quiet");
  try {
    const requests = 4_000;
    const { project } = emulator;
    const { token } = await newToken(emulator.address, project);
    const headers = { "X-Auth-Token": token };
    const url = `${emulator.address}/v2/${project}/desktops/d0000000-0000-4000-8000-000000000001`;
    let left = requests;
    const began = performance.now();
    const worker = async () => {
      while (left-- > 0) {
        const answer = await fetch(url, { headers });
        if (!answer.ok) throw new Error(`the emulator answered ${answer.status}`);
        await answer.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    return requests / ((performance.now() - began) / 1000);
  } finally {
    emulator.stop();
  }
}

/** Measures in turn, so that a busy moment of the machine hits all alike. */
export async function startUp(rounds: number): Promise<StartResult> {
  const taken = {
    ours: [] as number[],
    empty: [] as number[],
    emulator: [] as number[],
    perSecond: [] as number[],
  };
  // The first start reads files that later ones find in memory.
  await firstAnswer(diskProvider);
  await firstAnswer(EMPTY);
  for (let round = 0; round < rounds; round++) {
    taken.ours.push(await firstAnswer(diskProvider));
    taken.empty.push(await firstAnswer(EMPTY));
    taken.emulator.push(await emulatorStart());
    taken.perSecond.push(await throughput());
  }
  return {
    ours: figure(taken.ours),
    empty: figure(taken.empty),
    emulator: figure(taken.emulator),
    requestsPerSecond: figure(taken.perSecond),
  };
}
