/** The same disks through both fronts, side by side: a page of its own, FRONTS.md. */
import { dirname, delimiter, join } from "node:path";
import { repositoryRoot } from "../scripts/repository";
import { pluginBuild } from "../tests/engine/freshness";
import type { Operation } from "../tests/engine/pulumi";
import { Contest } from "./contest";
import { attachments, pluginAttachments } from "./programs";
import { figure, shortly, shown } from "./statistics";

const DESKTOPS = 10;
const DISKS = 10;
const JOB_MS = 1_500;
const RUNS: readonly Operation[] = ["up", "preview", "refresh", "destroy"];

/** Runs both in turn, round by round, and describes what each took. */
export async function fronts(rounds: number, say: (line: string) => void): Promise<string> {
  const path = [join(repositoryRoot, dirname(pluginBuild.output)), process.env.PATH].join(delimiter);
  const size = { desktops: DESKTOPS, jobTimeMs: JOB_MS };
  const both = [
    { name: "dynamic", contest: await Contest.open(attachments(DESKTOPS, DISKS), size), state: 0 },
    {
      name: "plugin",
      contest: await Contest.open(pluginAttachments(DESKTOPS, DISKS), { ...size, env: { PATH: path } }),
      state: 0,
    },
  ];
  const taken = new Map<string, { ms: number[]; calls: number[]; memoryMb: number[] }>();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const operation of RUNS) {
        for (const front of both) {
          const run = await front.contest.run(operation, { parallel: 100 });
          const key = `${operation} ${front.name}`;
          const known = taken.get(key) ?? { ms: [], calls: [], memoryMb: [] };
          known.ms.push(run.ms);
          known.calls.push(run.calls);
          known.memoryMb.push(run.memoryMb);
          taken.set(key, known);
          say(`fronts, round ${round}: ${key} ${shortly(run.ms / 1000)} s, ${run.calls} calls`);
          if (operation === "up") front.state = await front.contest.stateBytes();
        }
      }
    }
  } finally {
    for (const { contest } of both) await contest.close();
  }
  const cells = (operation: string, name: string): string[] => {
    const { ms, calls, memoryMb } = taken.get(`${operation} ${name}`) ?? {
      ms: [0],
      calls: [0],
      memoryMb: [0],
    };
    return [shown(figure(ms), 1 / 1000), shown(figure(calls)), shortly(Math.round(Math.max(...memoryMb)))];
  };
  const row = (cellsOfRow: readonly string[]) => `| ${cellsOfRow.join(" | ")} |`;
  const [dynamic, plugin] = both;
  return [
    "# Both fronts, side by side",
    "",
    `${DESKTOPS * DISKS} \`DataDiskAttachment\` on ${DESKTOPS} desktops, jobs of ${JOB_MS} ms, \`--parallel 100\`, the same Node program; ${rounds} rounds in turn. Written by \`npm run bench -- --only fronts\`.`,
    "",
    row(["", "dynamic, s", "calls", "peak MB", "plugin, s", "calls", "peak MB"]),
    row(["---", ...Array.from({ length: 6 }, () => "---:")]),
    ...RUNS.map((operation) =>
      row([operation, ...cells(operation, "dynamic"), ...cells(operation, "plugin")]),
    ),
    "",
    `State: ${dynamic?.state ?? 0} bytes through the dynamic front, ${plugin?.state ?? 0} through the plugin.`,
    "",
  ].join("\n");
}
