/** A preview of a program in YAML looks at desktops with one call, and refuses what cannot succeed. */
import { allInOneCloud, desktopId, failed, passed } from "../engine/cloud";
import { pluginEnvironment } from "./plugin";

jest.setTimeout(300_000);

const program = (size: number, ...desktops: number[]) => ({
  "Pulumi.yaml": `name: engine-test
runtime: yaml
resources:
${desktops
  .map(
    (n) => `  on-${String(n)}:
    type: huaweicloud-workspace:DataDiskAttachment
    properties: { desktopId: ${desktopId(n)}, type: SSD, size: ${String(size)} }
`,
  )
  .join("")}`,
});

const on = allInOneCloud({ desktops: 5, project: { program: program(10, 1) }, env: pluginEnvironment() });

// The tests of this file are one stack's life, in this order.

test("what cannot succeed is refused before anything is changed", async () => {
  on.it.stack.writeProgram(program(10, 1, 99));
  expect(failed(await on.it.stack.preview())).toMatch(/desktopId: there is no desktop \S+99 .*HWD1701/s);
  expect(on.it.writes()).toEqual([]);
});

test("a preview lists the desktops of what it would add or change, and of nothing else", async () => {
  on.it.stack.writeProgram(program(10, 1, 2, 3, 4));
  passed(await on.it.stack.preview({ parallel: 16 }));
  expect(Object.keys(on.it.calls())).toEqual(["list desktops"]);
  passed(await on.it.stack.up());
  on.it.forget();
  passed(await on.it.stack.preview());
  expect(on.it.requests()).toEqual([]);

  on.it.stack.writeProgram(program(20, 1, 2, 3, 4));
  passed(await on.it.stack.preview({ parallel: 16 }));
  expect(Object.keys(on.it.calls())).toEqual(["list desktops"]);
});
