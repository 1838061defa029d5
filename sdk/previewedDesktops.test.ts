/** What a program says of its desktops in a preview. */
import * as pulumi from "@pulumi/pulumi";
import { DataDiskAttachment, DesktopDataDisks } from ".";
import { previewedDesktops } from "./previewedDesktops";

/** What Pulumi is given, by the name of the resource. */
const made = new Map<string, Record<string, unknown>>();

const run = (stack: string, preview: boolean) =>
  pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ name, inputs }) => {
        made.set(name, inputs as Record<string, unknown>);
        return { id: `id of ${name}`, state: inputs as Record<string, unknown> };
      },
    },
    "project",
    stack,
    preview,
  );

/** The desktops that these resources are registered with. */
function saidOf(...resources: pulumi.CustomResource[]): Promise<unknown[]> {
  return Promise.all(
    resources.map(
      (one) =>
        new Promise((resolve) => {
          one.urn.apply((urn) => {
            resolve(made.get(urn.split("::").at(-1) ?? "")?.__preview);
          });
        }),
    ),
  );
}

const ssd = { type: "SSD", size: 10 };

test("both kinds name the desktops that the program knows by then", async () => {
  await run("a", true);
  const said = await saidOf(
    new DataDiskAttachment("one", { ...ssd, desktopId: "d1" }),
    new DesktopDataDisks("set", { desktopId: pulumi.output("d2"), disks: { a: ssd } }),
    new DataDiskAttachment("same", { ...ssd, desktopId: "d1" }),
    new DataDiskAttachment("secret", { ...ssd, desktopId: pulumi.secret("d3") }),
  );
  expect(said).toEqual(["d1 d2", "d1 d2", "d1 d2", ""]);
});

test("a run says nothing, and neither does a look-up by id", async () => {
  await run("b", false);
  expect(await saidOf(new DataDiskAttachment("in a run", { ...ssd, desktopId: "d1" }))).toEqual([undefined]);
  await run("b", true);
  expect(await saidOf(DataDiskAttachment.get("looked up", "d1/v"))).toEqual([undefined]);
});

test("more desktops than a call takes are named by the hundred", async () => {
  await run("c", true);
  const all = Array.from({ length: 150 }, (_, n) => `d${n}`);
  const said = await Promise.all(all.map((id) => previewedDesktops(id) ?? Promise.resolve("")));
  expect(said[0]?.split(" ")).toEqual(all.slice(0, 100));
  expect(said[149]?.split(" ")).toEqual(all.slice(100));
});
