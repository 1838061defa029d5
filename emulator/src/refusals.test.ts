import { codeOf } from "./testing/client";
import { d1, d2, root1, running, withDisks } from "./testing/running";

const sas = { type: "SAS", size: 10 };

describe("what is refused", () => {
  const adds = `/desktops/${d1}/volumes`;
  const deletes = `/desktops/${d1}/volumes/batch-delete`;
  const long = "x".repeat(256);
  const many = (count: number, item: (index: number) => unknown): unknown[] =>
    Array.from({ length: count }, (_, i) => item(i));
  const expansion = (new_size: unknown): unknown => ({
    desktop_volumes_expansion: [{ desktop_id: d1, volume_id: "v1", new_size }],
  });

  test.each<[string, string, string, unknown, number, string]>([
    ["no body", "POST", adds, undefined, 400, "WKS.0400"],
    ["a body that is no object", "POST", adds, [], 400, "WKS.0400"],
    ["no volumes", "POST", adds, {}, 400, "WKS.0400"],
    ["an empty list", "POST", adds, { volumes: [] }, 400, "WKS.0400"],
    ["eleven disks", "POST", adds, { volumes: many(11, () => sas) }, 400, "WKS.0400"],
    ["no size", "POST", adds, { volumes: [{ type: "SAS" }] }, 400, "WKS.0400"],
    ["no type", "POST", adds, { volumes: [{ size: 10 }] }, 400, "WKS.0400"],
    ["size 0", "POST", adds, { volumes: [{ ...sas, size: 0 }] }, 400, "WKS.0400"],
    ["size 15", "POST", adds, { volumes: [{ ...sas, size: 15 }] }, 400, "WKS.0400"],
    ["size 32770", "POST", adds, { volumes: [{ ...sas, size: 32_770 }] }, 400, "WKS.0400"],
    ["a size in quotes", "POST", adds, { volumes: [{ ...sas, size: "10" }] }, 400, "WKS.0400"],
    ["an unknown type", "POST", adds, { volumes: [{ ...sas, type: "HDD" }] }, 400, "WKS.0400"],
    ["iops for a type that takes none", "POST", adds, { volumes: [{ ...sas, iops: 3000 }] }, 400, "WKS.0400"],
    [
      "GPSSD2 without throughput",
      "POST",
      adds,
      { volumes: [{ type: "GPSSD2", size: 10, iops: 3000 }] },
      400,
      "WKS.0400",
    ],
    ["GPSSD2 with nothing", "POST", adds, { volumes: [{ type: "GPSSD2", size: 10 }] }, 400, "WKS.0400"],
    ["more than ten disks in all", "POST", adds, { volumes: many(9, () => sas) }, 400, "WKS.00020401"],
    [
      "an add to an unknown desktop",
      "POST",
      "/desktops/nope/volumes",
      { volumes: [sas] },
      404,
      "WKS.00010404",
    ],
    ["a desktop id that is too long", "GET", `/desktops/${long}`, undefined, 400, "WKS.0400"],

    ["an add to many without any", "POST", "/volumes", {}, 400, "WKS.0400"],
    [
      "an add to 101",
      "POST",
      "/volumes",
      { desktop_volumes: many(101, (i) => ({ desktop_id: `d${String(i)}`, volumes: [sas] })) },
      400,
      "WKS.0400",
    ],
    [
      "an add to the same desktop twice",
      "POST",
      "/volumes",
      { desktop_volumes: many(2, () => ({ desktop_id: d1, volumes: [sas] })) },
      400,
      "WKS.0400",
    ],
    [
      "an add to many of which one is unknown",
      "POST",
      "/volumes",
      { desktop_volumes: [d2, "nope"].map((desktop_id) => ({ desktop_id, volumes: [sas] })) },
      404,
      "WKS.00010404",
    ],

    ["a delete of nothing", "POST", deletes, {}, 400, "WKS.0400"],
    ["a delete of an empty list", "POST", deletes, { volume_ids: [] }, 400, "WKS.0400"],
    ["a delete of eleven", "POST", deletes, { volume_ids: many(11, String) }, 400, "WKS.0400"],
    ["a volume id that is too long", "POST", deletes, { volume_ids: [long] }, 400, "WKS.0400"],
    ["a volume id twice", "POST", deletes, { volume_ids: ["v1", "v1"] }, 400, "WKS.0400"],
    ["a delete of an unknown volume", "POST", deletes, { volume_ids: ["nope"] }, 404, "WKS.00020404"],
    [
      "a delete of which one is unknown",
      "POST",
      deletes,
      { volume_ids: ["v1", "nope"] },
      404,
      "WKS.00020404",
    ],
    ["a delete of the root volume", "POST", deletes, { volume_ids: ["v1", root1] }, 400, "WKS.00020400"],
    [
      "a delete of another desktop's volume",
      "POST",
      `/desktops/${d2}/volumes/batch-delete`,
      { volume_ids: ["v1"] },
      404,
      "WKS.00020404",
    ],
    [
      "a delete on an unknown desktop",
      "POST",
      "/desktops/nope/volumes/batch-delete",
      { volume_ids: ["v1"] },
      404,
      "WKS.00010404",
    ],

    ["an expansion of nothing", "POST", "/volumes/expand", {}, 400, "WKS.0400"],
    [
      "an expansion of 101",
      "POST",
      "/volumes/expand",
      {
        desktop_volumes_expansion: many(101, (i) => ({ desktop_id: d1, volume_id: String(i), new_size: 30 })),
      },
      400,
      "WKS.0400",
    ],
    ["shrinking", "POST", "/volumes/expand", expansion(10), 400, "WKS.00020402"],
    ["the size that it has", "POST", "/volumes/expand", expansion(20), 400, "WKS.00020402"],
    ["a new size of 25", "POST", "/volumes/expand", expansion(25), 400, "WKS.0400"],
    ["a new size of 32770", "POST", "/volumes/expand", expansion(32_770), 400, "WKS.0400"],
    ["an expansion without a size", "POST", `/desktops/${d1}/volumes/v1/expand`, {}, 400, "WKS.0400"],
    [
      "an expansion of an unknown volume",
      "POST",
      `/desktops/${d1}/volumes/nope/expand`,
      { new_size: 30 },
      404,
      "WKS.00020404",
    ],
    [
      "an expansion on an unknown desktop",
      "POST",
      "/desktops/nope/volumes/v1/expand",
      { new_size: 30 },
      404,
      "WKS.00010404",
    ],

    ["QoS without qos", "PUT", "/volumes/batch-modify-qos", { volume_ids: ["v1"] }, 400, "WKS.0400"],
    [
      "QoS without throughput",
      "PUT",
      "/volumes/batch-modify-qos",
      { volume_ids: ["v1"], qos: { iops: 1 } },
      400,
      "WKS.0400",
    ],
    [
      "QoS of 101",
      "PUT",
      "/volumes/batch-modify-qos",
      { volume_ids: many(101, String), qos: { iops: 1, throughput: 1 } },
      400,
      "WKS.0400",
    ],
    [
      "QoS of a type that has none",
      "PUT",
      "/volumes/batch-modify-qos",
      { volume_ids: ["v1"], qos: { iops: 1, throughput: 1 } },
      400,
      "WKS.00020403",
    ],
    [
      "QoS of an unknown volume",
      "PUT",
      "/volumes/batch-modify-qos",
      { volume_ids: ["nope"], qos: { iops: 1, throughput: 1 } },
      404,
      "WKS.00020404",
    ],

    ["an unknown desktop", "GET", "/desktops/nope", undefined, 404, "WKS.00010404"],
    ["an unknown job", "GET", "/workspace-jobs/nope", undefined, 404, "WKS.00030404"],
    ["a limit above 1000", "GET", "/desktops/detail?limit=1001", undefined, 400, "WKS.0400"],
    ["a limit that is no number", "GET", "/desktops/detail?limit=ten", undefined, 400, "WKS.0400"],
    ["a limit of nothing", "GET", "/desktops/detail?limit=", undefined, 400, "WKS.0400"],
    ["an offset below 0", "GET", "/workspace-sub-jobs?offset=-1", undefined, 400, "WKS.0400"],
    [
      "101 desktop ids",
      "GET",
      `/desktops/detail?desktop_id=${many(101, String).join(",")}`,
      undefined,
      400,
      "WKS.0400",
    ],
    ["a tag without a value", "GET", "/desktops/detail?tag=env", undefined, 400, "WKS.0400"],
  ])("%s", async (_, method, path, body, status, code) => {
    const { emulator, client } = await running();
    withDisks(emulator, "v1", "v2");
    const before = emulator.desktops();
    const reply = await client.call(method, path, body);
    expect([reply.status, codeOf(reply)]).toEqual([status, code]);
    expect(typeof reply.json?.error_msg).toBe("string");
    expect(reply.json?.request_id).toBe(reply.headers.get("x-request-id"));
    emulator.advance(1000);
    expect(emulator.desktops()).toEqual(before);
  });
});

test("a refusal of a value names the values that are allowed", async () => {
  const { client } = await running();
  const reply = await client.add(d1, { ...sas, type: "ssd" });
  expect(reply.json?.error_msg).toBe(
    "body/volumes/0/type must be equal to one of the allowed values (SAS, SSD, GPSSD, GPSSD2, ESSD)",
  );
});
