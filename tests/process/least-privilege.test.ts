/**
 * docs/credentials.md promises a smallest policy. Here a whole life is lived,
 * with all that can come between, and the calls that it made are held against
 * that page, both ways: no call that is not documented, and no permission that
 * no call needs.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "huaweicloud-workspace-emulator";
import type { Emulator } from "huaweicloud-workspace-emulator";
import { operations } from "../../emulator/src/contract";
import { repositoryRoot } from "../../scripts/repository";
import { getDesktops, getVolumeTypes } from "../../sdk";
import { desktopId } from "../engine/cloud";
import { type FrontProcess, fronts } from "./fronts";
import type { Properties } from "./spawned-process";

jest.setTimeout(120_000);

const page = readFileSync(join(repositoryRoot, "docs", "credentials.md"), "utf8");

/** The rows of the table of operations. */
const documented = page
  .split("\n")
  .map((line) => /^\| `(\w+)` +\| `(\w+) (\S+)` +\| `([\w:]+)` +\| (.*?) +\|$/.exec(line))
  .flatMap((row) => (row ? [row] : []))
  .map(([, operation = "", method = "", path = "", permission = "", use = ""]) => ({
    operation,
    call: `${method} ${path}`,
    permission,
    onlyLookUp: use.startsWith("only for"),
  }));

/** The actions of the policy. */
const allowed = (() => {
  const block = /^```json\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? "";
  const policy = JSON.parse(block) as { Statement: { Effect: string; Action: string[] }[] };
  expect(policy.Statement.map(({ Effect }) => Effect)).toEqual(["Allow"]);
  return policy.Statement.flatMap(({ Action }) => Action);
})();

const asPath = (url: string): string => url.replaceAll(/:(\w+)/g, "{$1}");

// What has fewer parameters is meant first: `/desktops/detail` is no desktop's id.
const patterns = operations
  .map(({ id, method, url }) => ({
    id,
    method,
    pattern: new RegExp(`^${url.replaceAll(/:\w+/g, "[^/]+")}$`),
  }))
  .sort((a, b) => a.pattern.source.split("[^/]+").length - b.pattern.source.split("[^/]+").length);

/** The operations that were asked for since, by name, each once. */
function asked(emulator: Emulator, since = 0): string[] {
  const names = emulator
    .requests()
    .slice(since)
    .map((request) => {
      const path = request.path.replace(/^\/v3\/v3/, "/v3");
      const found = patterns.find(({ method, pattern }) => method === request.method && pattern.test(path));
      return found?.id ?? `${request.method} ${request.path}`;
    });
  return [...new Set(names)].sort();
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();

test("the page names each operation as the service does", () => {
  const known = operations.map(({ id, method, url }) => `${id} ${method} ${asPath(url)}`);
  expect(known).toEqual(
    expect.arrayContaining(documented.map(({ operation, call }) => `${operation} ${call}`)),
  );
  expect(sorted(documented.map(({ operation }) => operation))).toHaveLength(documented.length);
});

describe.each(fronts)("$name", (front) => {
  function disk(desktop: number, more: Properties = {}): Properties {
    return { desktopId: desktopId(desktop), type: "SSD", size: 100, ...front.line, ...more };
  }

  let emulator: Emulator;
  let provider: FrontProcess;

  beforeAll(async () => {
    emulator = await startEmulator({ desktops: 8, jobTimeMs: 1_500 });
    provider = await front.start({ ...emulator.env });
    await provider.configure();
  });

  afterAll(async () => {
    await provider.close();
    await emulator.close();
  });

  /** Everything that a resource can go through. */
  async function live(): Promise<void> {
    const fast: Properties = { type: "GPSSD2", iops: 3000, throughput: 125 };
    const many = await Promise.all([1, 1, 2, 3, 4, 5].map((desktop) => provider.create(disk(desktop))));
    const paced = await provider.create(disk(2, fast));

    const volumes = [{ volume_id: "theirs", type: "SSD", size: 100 }];
    emulator.addFault({ fault: "volumes-added", desktop_id: desktopId(6), volumes });
    const adopted = await provider.create(disk(6, { existingVolumeId: "theirs", deletionProtection: false }));

    emulator.addFault({ fault: "foreign-job", desktop_id: desktopId(7), duration_ms: 1_500 });
    const waited = await provider.create(disk(7));

    const match = { operation: "AddDesktopVolumes" };
    emulator.addFault({ fault: "cut-after-work", match });
    const lost = await provider.create(disk(8));

    const [first = adopted] = many;
    const grown = await provider.update(first.id, first.outs, disk(1, { size: 200 }));
    const faster = disk(2, { ...fast, iops: 4000, throughput: 250 });
    await provider.update(paced.id, paced.outs, faster);
    const all = [...many.slice(1), { id: first.id, outs: grown }, paced, adopted, waited, lost];
    await Promise.all(all.map(({ id, outs }) => provider.read(id, outs)));

    // What was taken over in a run is not deleted in the same one.
    const next = await front.start({ ...emulator.env });
    try {
      await next.configure();
      await Promise.all(all.map(({ id, outs }) => next.delete(id, outs)));
    } finally {
      await next.close();
    }
    expect(emulator.desktops().flatMap((desktop) => desktop.data_volumes)).toEqual([]);
  }

  test("a whole life makes the documented calls and no other, and the policy allows just these", async () => {
    await live();

    const needed = documented.filter(({ onlyLookUp }) => !onlyLookUp);
    expect(asked(emulator)).toEqual(sorted(needed.map(({ operation }) => operation)));
    expect(sorted(allowed)).toEqual(sorted(needed.map(({ permission }) => permission)));
    expect(allowed).toHaveLength(new Set(allowed).size);
  });

  test("refresh needs no more than the two permissions to look", async () => {
    const made = await Promise.all([1, 2].map((desktop) => provider.create(disk(desktop))));
    const before = emulator.requests().length;

    await Promise.all(made.map(({ id, outs }) => provider.read(id, outs)));
    for (const { id, outs } of made) await provider.read(id, outs);

    expect(asked(emulator, before)).toEqual(["ListDesktopsDetail", "ShowDesktopDetail"]);
  });

  test("without a project id the project is looked up, and that is all that IAM is asked for", async () => {
    const other = await front.start({ ...emulator.env, HW_PROJECT_ID: undefined });
    const before = emulator.requests().length;
    try {
      await other.configure();
      const { id, outs } = await other.create(disk(3));
      await other.delete(id, outs);
    } finally {
      await other.close();
    }

    const needed = documented.map(({ operation }) => operation);
    expect(asked(emulator, before).filter((operation) => !needed.includes(operation))).toEqual([
      "KeystoneListProjects",
    ]);
    expect(page).toContain("`KeystoneListProjects`");
  });
});

test("looking things up from a program makes documented calls only", async () => {
  const emulator = await startEmulator({ desktops: 2, jobTimeMs: 1_500 });
  const environment = { ...process.env };
  Object.assign(process.env, emulator.env);
  try {
    await getDesktops({});
    await getVolumeTypes({});
  } finally {
    process.env = environment;
    await emulator.close();
  }

  expect(asked(emulator)).toEqual(["ListDesktopsDetail", "ListVolumeProducts"]);
  const onlyLookUp = documented.filter((row) => row.onlyLookUp).map(({ operation }) => operation);
  expect(onlyLookUp).toEqual(["ListVolumeProducts"]);
});
