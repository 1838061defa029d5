/** The programs of docs/coming-from-terraform.md, as they stand there, on the disks that it speaks of. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository";
import { openCloud, passed } from "./cloud";
import type { Cloud } from "./cloud";
import { disksOf } from "./disks-program";

jest.setTimeout(120_000);

const page = readFileSync(join(repositoryRoot, "docs", "coming-from-terraform.md"), "utf8");
const [same = "", takingOver = ""] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
  ([, code = ""]) => code,
);
const desktop = "339d2539-e945-4090-a08d-c16badc0c6bb";
const volumes = {
  data: { volume_id: "6b1f5b0a-3c1d-4d0f-9a37-5e4a3b2c1d01", type: "SSD", size: 100 },
  scratch: { volume_id: "6b1f5b0a-3c1d-4d0f-9a37-5e4a3b2c1d02", type: "SAS", size: 500 },
};

let cloud: Cloud;

beforeAll(async () => {
  cloud = await openCloud({
    project: {
      program: {
        "Pulumi.yaml": "name: engine-test\nruntime: nodejs\n",
        "package.json": JSON.stringify({ private: true, main: "index.ts" }),
        "index.ts": takingOver,
      },
    },
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
    desktops: 0,
  });
  cloud.emulator.addDesktops([{ desktop_id: desktop, data_volumes: Object.values(volumes) }]);
});

afterAll(() => cloud.close());

test("disks are taken over without a call that changes anything, and the ids may go afterwards", async () => {
  passed(await cloud.stack.up());
  expect(cloud.writes()).toEqual([]);
  expect(disksOf(await cloud.stack.exportState(), "team")).toEqual({
    data: volumes.data.volume_id,
    scratch: volumes.scratch.volume_id,
  });

  cloud.stack.writeProgram({ "index.ts": same });
  passed(await cloud.stack.preview({ args: ["--expect-no-changes"] }));
  expect(cloud.writes()).toEqual([]);
});

test("the page's way back leaves the disks on the desktop, although they are protected", async () => {
  cloud.stack.writeProgram({
    "index.ts": same.replaceAll("deletionProtection: true", 'deletionPolicy: "retain"'),
  });
  passed(await cloud.stack.up());
  cloud.stack.writeProgram({ "index.ts": "export {};\n" });
  passed(await cloud.stack.up());

  expect(cloud.writes()).toEqual([]);
  expect(cloud.volumes()).toHaveLength(2);
});
