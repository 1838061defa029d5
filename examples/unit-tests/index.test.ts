import * as assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import type { GetDesktopsArgs } from "pulumi-huaweicloud-workspace";
import { stageDisks } from "./disks";

const desktops = [
  { desktopId: "desktop-1", computerName: "ann", tags: { stage: "production" } },
  { desktopId: "desktop-2", computerName: "bob", tags: { stage: "production" } },
  { desktopId: "desktop-3", computerName: "eve", tags: { stage: "test" } },
];

/** The resources that the program has asked for. */
let asked: pulumi.runtime.MockResourceArgs[] = [];

before(() =>
  pulumi.runtime.setMocks({
    newResource(args) {
      asked.push(args);
      const state = { ...(args.inputs as object), volumeIds: { data: `${args.name}-data` } };
      return { id: `${args.name}-id`, state };
    },
    // Look-ups are called huaweicloud-workspace:index:<name>.
    call({ token, inputs }) {
      assert.equal(token, "huaweicloud-workspace:index:getDesktops");
      const { tags } = inputs as GetDesktopsArgs;
      return desktops.filter((desktop) => desktop.tags.stage === tags?.stage);
    },
  }),
);

beforeEach(() => {
  asked = [];
});

/** The value of an output: known once its resource has been asked for. */
function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

test("every desktop of the stage gets its disks, and no other one", async () => {
  const [disks, ...more] = await stageDisks("test");

  assert.deepEqual(disks && (await valueOf(disks.volumeIds)), { data: "desktop-3-data" });
  assert.equal(more.length, 0);
});

test("in production the disks are protected", async () => {
  await Promise.all((await stageDisks("production")).map(({ volumeIds }) => valueOf(volumeIds)));

  assert.deepEqual(
    asked.map(({ name, inputs }) => [name, (inputs as { deletionProtection: boolean }).deletionProtection]),
    [
      ["desktop-1", true],
      ["desktop-2", true],
    ],
  );
});
