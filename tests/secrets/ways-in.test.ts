/**
 * Nothing secret is in anything that the provider process says, whatever way
 * in was taken: its log, what the engine gets to keep, its errors, the audit
 * file; nor in the emulator's own log.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FrontProcess, fronts } from "../process/fronts";
import type { Properties } from "../process/spawned-process";
import { MarkedWorld } from "./marked-world";
import type { WayIn } from "./marked-world";
import { findSecrets } from "./search";

jest.setTimeout(60_000);

describe.each(fronts)("$name", (front) => {
  let world: MarkedWorld;
  let folder: string;

  beforeAll(async () => {
    world = await MarkedWorld.open();
    folder = mkdtempSync(join(tmpdir(), "secrets-"));
  });

  afterEach(() => {
    world.tap.echo = undefined;
    world.emulator.clearFaults();
    for (const { desktop } of Object.values(world.ways)) {
      world.emulator.addDesktops([{ desktop_id: desktop, data_volumes: [] }]);
    }
  });

  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs something in a provider process of its own; gives everything that the process has told. */
  async function tellAll(
    { env, config = {} }: Pick<WayIn, "env" | "config">,
    run: (provider: FrontProcess, tell: (what: Promise<unknown>) => Promise<string>) => Promise<void>,
  ): Promise<{ told: string; output: string; audit: string }> {
    const audit = join(folder, `audit-${Math.random()}`);
    const provider = await front.start({
      ...env,
      HW_WORKSPACE_LOG: "debug",
      HW_WORKSPACE_AUDIT: audit,
    });
    const told: string[] = [];
    const tell = async (what: Promise<unknown>): Promise<string> => {
      const text = await what.then(
        (result) => JSON.stringify(result),
        (error: unknown) => `failed: ${String(error)} ${JSON.stringify(error)}`,
      );
      told.push(text);
      return text;
    };
    try {
      const full = Object.entries(config).map(([name, value]) => [`huaweicloud-workspace:${name}`, value]);
      await tell(provider.configure(Object.fromEntries(full) as Properties));
      await run(provider, tell);
      const kept = existsSync(audit) ? readFileSync(audit, "utf8") : "";
      return { told: told.join("\n"), output: provider.output, audit: kept };
    } finally {
      await provider.close();
    }
  }

  function disk(desktop: string, more: Properties = {}): Properties {
    return { desktopId: desktop, type: "SSD", size: 100, ...front.line, ...more };
  }

  /** Does the same for each way in, all at a time; gives what came of it, by the name of the way. */
  async function forEachWay<T>(run: (way: WayIn) => Promise<T>): Promise<Record<string, T>> {
    const ended = Object.entries(world.ways).map(async ([name, way]) => [name, await run(way)] as const);
    return Object.fromEntries(await Promise.all(ended));
  }

  const nothing = () => Object.fromEntries(Object.keys(world.ways).map((name) => [name, []]));

  test("a whole life, in which a connection is cut, and its log names the source", async () => {
    const lives = await forEachWay(async (way) => {
      const { desktop, source } = way;
      world.emulator.addFault({
        fault: "cut-after-work",
        match: { operation: "ShowDesktopDetail", desktop_id: desktop },
      });
      const { told, output, audit } = await tellAll(way, async (provider, tell) => {
        await tell(provider.check(disk(desktop)));
        const { id, outs } = await provider.create(disk(desktop));
        await tell(Promise.resolve({ id, outs }));
        await tell(provider.read(id, outs));
        const grown = await provider.update(id, outs, disk(desktop, { size: 200 }));
        await tell(provider.delete(id, grown));
      });
      expect(told).not.toContain("failed");
      expect(audit.trim().split("\n")).toHaveLength(2);
      expect(output).toContain("got no answer (");
      expect(output).toContain(`credentials: ${source}; region cn-north-4, endpoint ${world.tap.url}`);
      return { told, output, audit };
    });

    const requests = JSON.stringify(world.emulator.requestLog());
    const { secrets } = world;
    expect(
      Object.values(lives)
        .map((life) => findSecrets({ ...life, requests }, secrets))
        .flat(),
    ).toEqual([]);
  });

  test.each([401, 403, 502])("everything answered %i by a page that repeats the request", async (status) => {
    let made = 0;
    let allMade: () => void = () => undefined;
    const everybody = new Promise<void>((resolve) => (allMade = resolve));
    const hasty = { timeouts: { create: "30s", update: "3s", delete: "3s" } };

    const found = await forEachWay(async (way) => {
      const written = await tellAll(way, async (provider, tell) => {
        const { id, outs } = await provider.create(disk(way.desktop, hasty));
        made += 1;
        if (made === Object.keys(world.ways).length) {
          world.tap.echo = status;
          allMade();
        }
        await everybody;
        expect(await tell(provider.delete(id, { ...outs, ...hasty }))).toMatch(/^failed: /);
        const larger = disk(way.desktop, { ...hasty, size: 200 });
        expect(await tell(provider.update(id, outs, larger))).toMatch(/^failed: /);
      });
      // It was repeated, and its place shows that it was taken out.
      if (status < 500) expect(written.output).toContain("[secret]");
      return findSecrets(written, world.secrets);
    });

    expect(found).toEqual(nothing());
  });

  test("a secret that is wrong", async () => {
    const found = await forEachWay(async ({ env, config, wrong, desktop }) => {
      const all = { env: { ...env, ...wrong.env }, config: { ...config, ...wrong.config } };
      const written = await tellAll(all, async (provider, tell) => {
        expect(await tell(provider.create(disk(desktop)))).toMatch(/^failed: .*(401|404)/);
      });
      return findSecrets(written, world.secrets);
    });

    const requests = JSON.stringify(world.emulator.requestLog());
    expect(found).toEqual(nothing());
    expect(findSecrets({ requests }, world.secrets)).toEqual([]);
  });
});

test("the search finds what is there, in every form", () => {
  const secret = 'marked "secret" / with +';
  const hidden = {
    plain: `a ${secret} b`,
    json: JSON.stringify({ secret }),
    url: `?a=${encodeURIComponent(secret)}`,
    packed: Buffer.from(secret).toString("base64"),
    nothing: "marked",
  };
  expect(findSecrets(hidden, [secret]).map((line) => line.split(":")[0])).toEqual([
    "plain",
    "json",
    "url",
    "packed",
  ]);
});
