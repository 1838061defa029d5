import type { Emulator } from "./emulator";
import { alone, remove, sas } from "./testing/alone";
import { codeOf, type Reply } from "./testing/client";
import { d1, d2, isBusy, running, withDisks } from "./testing/running";

describe("running-only", () => {
  test.each(["SHUTOFF", "ERROR"])(
    "an add is refused while the desktop is %s; other changes are not",
    async (status) => {
      const { emulator, client } = await alone("running-only");
      withDisks(emulator, "v1");
      emulator.addDesktops([{ desktop_id: d1, status }]);
      const refused = await client.add(d1, sas);
      expect([refused.status, codeOf(refused)]).toEqual([409, "WKS.00010032"]);
      expect(refused.text).toContain(`[${status}]`);
      expect((await remove(client, "v1")).status).toBe(200);
      emulator.advance(1000);
      emulator.addDesktops([{ desktop_id: d1, status: "ACTIVE" }]);
      expect((await client.add(d1, sas)).status).toBe(200);
    },
  );

  test("without it, a desktop that is shut off takes disks", async () => {
    const { emulator, client } = await running();
    emulator.addDesktops([{ desktop_id: d1, status: "SHUTOFF" }]);
    expect((await client.add(d1, sas)).status).toBe(200);
  });
});

describe("five-minutes", () => {
  test("a second add on a desktop is refused for five minutes; deletes and other desktops are not", async () => {
    const { emulator, client } = await alone("five-minutes");
    withDisks(emulator, "v1");
    await client.add(d1, sas);
    emulator.advance(1000);
    const refused = await client.add(d1, sas);
    expect([refused.status, codeOf(refused)]).toEqual([400, "WKS.0407"]);
    expect((await remove(client, "v1")).status).toBe(200);
    expect((await client.add(d2, sas)).status).toBe(200);
    emulator.advance(5 * 60_000 - 1001);
    expect((await client.add(d1, sas)).status).toBe(400);
    emulator.advance(1);
    expect((await client.add(d1, sas)).status).toBe(200);
  });

  test("without it, the next add is taken as soon as the job is over", async () => {
    const { emulator, client } = await running();
    await client.add(d1, sas);
    emulator.advance(1000);
    expect((await client.add(d1, sas)).status).toBe(200);
  });
});

describe("repeating-gateway", () => {
  /** What the caller saw; "cut" where no answer came. */
  async function seenBy(call: Promise<Reply>): Promise<number | "cut"> {
    return call.then(
      ({ status }) => status,
      () => "cut" as const,
    );
  }

  const added = (emulator: Emulator) => emulator.history().filter(({ what }) => what === "volume-added");

  test.each([302, 408, 409, 429, 503, 504, "cut"] as const)(
    "once: the change is carried out, and its caller sees %s",
    async (sees) => {
      const { emulator, client } = await running();
      emulator.addFault({ fault: "repeat", reaches: "once", sees });
      expect(await seenBy(client.add(d1, sas))).toBe(sees);
      emulator.advance(1000);
      expect(added(emulator)).toHaveLength(1);
    },
  );

  test("twice: the second is refused while the first one's job runs", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "twice", sees: 409 });
    expect(await seenBy(client.add(d1, sas))).toBe(409);
    emulator.advance(1000);
    expect(added(emulator)).toMatchObject([{ by: { copy: 0 } }]);
  });

  test("twice, answered by the service: the refusal of the second copy, also where it comes later", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "twice", sees: "last", times: 1 });
    const refused = await client.add(d1, sas);
    expect([refused.status, codeOf(refused)]).toEqual([409, "WKS.00010032"]);
    emulator.advance(1000);
    expect(added(emulator)).toHaveLength(1);
    emulator.addFault({ fault: "repeat", reaches: "twice", sees: "last", after_ms: 500, times: 1 });
    const later = seenBy(client.add(d1, sas));
    while (!isBusy(emulator, d1)) await new Promise(setImmediate);
    emulator.advance(500);
    expect(await later).toBe(409);
    emulator.advance(1000);
    expect(added(emulator)).toHaveLength(2);
  });

  test("twice, the second after the first one's job: both are carried out", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "twice", after_ms: 2000 });
    expect(await seenBy(client.add(d1, sas))).toBe(504);
    emulator.advance(3000);
    expect(added(emulator).map(({ at, by }) => [at - (emulator.clock().now - 3000), by])).toMatchObject([
      [1000, { copy: 0 }],
      [3000, { copy: 1 }],
    ]);
  });

  test("late: it is carried out 30 s after its caller has got an answer", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "late", sees: 503 });
    expect(await seenBy(client.add(d1, sas))).toBe(503);
    emulator.advance(29_999);
    expect(isBusy(emulator, d1)).toBe(false);
    emulator.advance(1);
    expect(isBusy(emulator, d1)).toBe(true);
    emulator.advance(1000);
    expect(added(emulator)).toHaveLength(1);
  });

  test("as a dialect it draws all of this, the same for the same seed; reads and sign-in are left alone", async () => {
    const course = async (seed: number) => {
      const { emulator, client } = await alone("repeating-gateway", { seed });
      const seen: (number | "cut")[] = [];
      for (let round = 0; round < 60; round += 1) {
        seen.push(await seenBy(client.add(d1, sas)));
        emulator.advance(40_000);
        const ids = (emulator.desktops()[0]?.data_volumes ?? []).map(({ volume_id }) => volume_id);
        if (ids.length > 0) seen.push(await seenBy(remove(client, ...ids)));
        emulator.advance(40_000);
        expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(200);
      }
      return seen;
    };
    const seen = await course(1);
    expect(new Set(seen)).toEqual(new Set([200, 302, 408, 409, 429, 503, 504, "cut"]));
    expect(seen.filter((status) => status === 200).length).toBeGreaterThan(seen.length / 2);
    expect(await course(1)).toEqual(seen);
  }, 60_000);

  test("as a dialect it carries some changes out twice", async () => {
    const { emulator, client } = await alone("repeating-gateway", { seed: 2 });
    for (let round = 0; round < 100; round += 1) {
      emulator.addDesktops([{ desktop_id: d1, data_volumes: [] }]);
      await seenBy(client.add(d1, sas));
      emulator.advance(40_000);
    }
    expect(added(emulator).filter(({ by }) => by.who === "request" && by.copy === 1)).not.toEqual([]);
  }, 60_000);

  test("a reset calls off what is late", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "late" });
    await client.add(d1, sas);
    emulator.reset();
    emulator.addDesktops([{ desktop_id: d1 }]);
    emulator.advance(60_000);
    expect(emulator.desktops()[0]?.data_volumes).toEqual([]);
  });

  test("a refused change stays refused, whatever its caller sees", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "repeat", reaches: "twice", sees: 429 });
    expect(await seenBy(client.add("nope", sas))).toBe(429);
    expect(emulator.history()).toEqual([]);
  });
});
