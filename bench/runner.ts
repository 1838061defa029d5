/** One of several runs on an account, in a process of its own: adds disks to its desktops and deletes them again. */
import { systemClock } from "../provider/core/host";
import { bareCore, type Outcome } from "./core";

/** What a runner does. */
export interface Work {
  readonly desktopIds: readonly string[];
  readonly disks: number;
}

/** What became of it. */
export interface Done {
  readonly ms: number;
  readonly errors: readonly string[];
}

async function run({ desktopIds, disks }: Work): Promise<Done> {
  const core = bareCore(systemClock, process.env);
  const began = systemClock.now();
  const wanted = desktopIds.flatMap((on) => Array.from({ length: disks }, () => on));
  const added = await Promise.all(wanted.map(async (on) => ({ on, ...(await core.add(on)) })));
  const deleted = await Promise.all(
    added.flatMap(({ volume, on }) => (volume === undefined ? [] : [core.remove(volume.volumeId, on)])),
  );
  const outcomes: Outcome[] = [...added, ...deleted];
  const errors = outcomes.flatMap(({ error }) =>
    error === undefined ? [] : [error instanceof Error ? error.message : "no error"],
  );
  return { ms: systemClock.now() - began, errors };
}

process.once("message", (work: Work) => {
  void run(work).then((done) => {
    process.send?.(done);
    process.disconnect();
  });
});
process.send?.("ready");
