/** Runs that know nothing of each other on an account with a limit of requests: as in account.ts, in time moved by hand. */
import type { Send } from "../provider/core/host";
import { desktopId, emulatedCloud } from "../testing/emulatedCloud";
import { withChance } from "../testing/history/chance";
import { bareCore } from "./core";

const DESKTOPS = 200;

/** Two disks on each desktop are added and deleted, at ten requests a second. */
async function share(processes: number) {
  const rateLimit = { requests: 10, perMs: 1_000 };
  const cloud = await emulatedCloud({ desktops: DESKTOPS, jobTimeMs: 1_500, rateLimit, maxRequests: 10_000 });
  const { clock, time, emulator } = cloud;
  const send: Send = async (request) => {
    await clock.sleep(5 + 15 * Math.random());
    const answer = await cloud.send(request);
    await clock.sleep(5);
    return answer;
  };
  const each = DESKTOPS / processes;
  const run = async (index: number) => {
    await clock.sleep(200 * Math.random());
    const began = clock.now();
    const core = bareCore(clock, { ...emulator.env }, send);
    const wanted = Array.from({ length: 2 * each }, (_, n) => desktopId(1 + index * each + (n % each)));
    const added = await Promise.all(wanted.map(async (on) => ({ on, ...(await core.add(on)) })));
    const deleted = await Promise.all(
      added.flatMap(({ volume, on }) => (volume === undefined ? [] : [core.remove(volume.volumeId, on)])),
    );
    const errors = [...added, ...deleted].flatMap(({ error }) => (error === undefined ? [] : [error]));
    return { seconds: (clock.now() - began) / 1000, errors };
  };
  try {
    const runs = await time.until(Promise.all(Array.from({ length: processes }, (_, index) => run(index))));
    const requests = emulator.requests();
    const refused = requests.filter(({ status }) => status === 429);
    const seconds = runs.map((one) => one.seconds);
    expect(runs.flatMap(({ errors }) => errors)).toEqual([]);
    expect(cloud.ids()).toEqual([]);
    return {
      seconds: Math.max(...seconds),
      spread: Math.max(...seconds) / Math.min(...seconds),
      calls: requests.length,
      refusedShare: refused.length / requests.length,
      refusedAdds: refused.filter(({ path }) => path.endsWith("/volumes")).length,
    };
  } finally {
    await cloud.end();
  }
}

test.each([1, 2])(
  "one run: 400 changes take at most 15 %% more calls and 60 s, and no add is refused; seed %d",
  async (seed) => {
    const { seconds, calls, refusedShare, refusedAdds } = await withChance(seed, () => share(1));
    expect(calls).toBeLessThanOrEqual(460);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refusedShare).toBeLessThanOrEqual(0.05);
    expect(refusedAdds).toBe(0);
  },
  60_000,
);

// An add that is refused is looked for until no copy of it can arrive, so a run that had one takes 41 s to add.
test.each([1])(
  "eight runs: few requests are refused, and they finish not far from each other; seed %d",
  async (seed) => {
    const { seconds, spread, refusedShare } = await withChance(seed, () => share(8));
    expect(refusedShare).toBeLessThanOrEqual(0.05);
    expect(seconds).toBeLessThanOrEqual(90);
    expect(spread).toBeLessThanOrEqual(1.4);
  },
  60_000,
);
