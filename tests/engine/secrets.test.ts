/**
 * A stack's whole life through the real engine, failures included; then every
 * file and every line that came of it is searched for secrets.
 */
import { dirname, join } from "node:path";
import { filesBelow, findSecrets } from "../secrets/search";
import { MarkedWorld } from "../secrets/marked-world";
import type { WayIn } from "../secrets/marked-world";
import { failed, passed } from "./cloud";
import type { CommandResult } from "./command";
import type { Config } from "./configuration";
import { diskProgram } from "./disk-program";
import { openStack } from "./pulumi";
import type { TestStack } from "./pulumi";
import { testNightly } from "../nightly";

jest.setTimeout(240_000);

let world: MarkedWorld;
let stack: TestStack | undefined;

beforeEach(async () => {
  world = await MarkedWorld.open();
});

afterEach(async () => {
  stack?.close();
  stack = undefined;
  await world.close();
});

function secretConfig(way: Pick<WayIn, "config">): Config {
  return Object.fromEntries(
    Object.entries(way.config ?? {}).map(([name, secret]) => [`huaweicloud-workspace:${name}`, { secret }]),
  );
}

test("the stack configuration", () => live("the stack configuration"));
// Without the engine, each way in goes through a life in tests/secrets/ways-in.test.ts.
testNightly("an agency", () => live("an agency"));

async function live(name: string): Promise<void> {
  const way = world.ways[name];
  if (way === undefined) throw new Error(`there is no way in called "${name}"`);
  const program = (size: number) => diskProgram({ disk: { args: { desktop: way.desktop, size } } });
  const env = { ...way.env, HW_WORKSPACE_LOG: "debug" };
  stack = await openStack({ project: { program: program(100) }, config: secretConfig(way), env });
  const folder = dirname(dirname(stack.configFile));
  const written: Record<string, string> = {};
  const keep = (step: string, result: CommandResult, judge = passed): void => {
    written[step] = judge(result);
  };
  const audit = { env: { HW_WORKSPACE_AUDIT: join(folder, "audit.jsonl") } };

  keep("preview", await stack.preview({ args: ["--json"] }));
  keep("up", await stack.up(audit));
  keep("refresh", await stack.refresh());

  stack.writeProgram(program(200));
  world.tap.echo = 403;
  keep("an up that is refused", await stack.up(), failed);
  world.tap.echo = undefined;
  world.emulator.addFault({ fault: "cut-after-work", match: { operation: "ExpandVolumes" } });
  keep("an up whose answer is lost", await stack.up());

  const { wrong } = way;
  if (wrong.config) await stack.setConfig(secretConfig({ config: { ...way.config, ...wrong.config } }));
  stack.writeProgram(program(300));
  keep("an up with a wrong secret", await stack.up({ env: { ...wrong.env } }), failed);
  if (wrong.config) {
    await stack.setConfig(secretConfig(way));
    keep("a destroy that is handed the wrong secret of the last up", await stack.destroy(), failed);
  }
  // The environment wins over what state has kept of the configuration.
  const environment = wrong.config ? world.ways["an access key"]?.env : {};
  keep("destroy", await stack.destroy({ env: { ...audit.env, ...environment } }));

  written.state = JSON.stringify(await stack.exportState());
  written.requests = JSON.stringify(world.emulator.requestLog());
  const files = filesBelow(folder);

  // It had something to say, and wrote where it was expected to.
  expect(written.up).toContain(`credentials: ${way.source};`);
  expect(written["an up that is refused"]).toContain("answered 403");
  const places = Object.keys(files).map((file) => file.slice(folder.length));
  for (const place of [/history.*checkpoint/, /backups/, /stacks\/.*json/, /audit\.jsonl/]) {
    expect(places.filter((file) => place.test(file))).not.toEqual([]);
  }
  expect(findSecrets({ ...written, ...files }, world.secrets)).toEqual([]);
}
