import { contractText, operations } from "./contract";
import { ask } from "./testing/client";
import { d1, running } from "./testing/running";
import { Validation } from "./validation";
import type { Schema } from "./contract";

function answerOf(id: string, status = 200): Schema {
  const schema = operations.find((operation) => operation.id === id)?.answers.get(status);
  if (!schema) throw new Error(`${id} has no answer ${String(status)}`);
  return schema;
}

test("the operations, where they are and how they are called", () => {
  expect(operations.map(({ id, method, url }) => `${id} ${method} ${url}`).sort()).toEqual([
    "AddDesktopVolumes POST /v2/:project_id/desktops/:desktop_id/volumes",
    "AddVolumes POST /v2/:project_id/volumes",
    "BatchDeleteDesktops POST /v2/:project_id/desktops/batch-delete",
    "BatchModifyQosVolumes PUT /v2/:project_id/volumes/batch-modify-qos",
    "BatchRunDesktops POST /v2/:project_id/desktops/action",
    "CreateDesktop POST /v2/:project_id/desktops",
    "CreateTemporaryAccessKey POST /v3.0/OS-CREDENTIAL/securitytokens",
    "CreateTokenWithIdToken POST /v3.0/OS-AUTH/id-token/tokens",
    "DeleteDesktop DELETE /v2/:project_id/desktops/:desktop_id",
    "DeleteDesktopVolumes POST /v2/:project_id/desktops/:desktop_id/volumes/batch-delete",
    "ExpandDesktopVolume POST /v2/:project_id/desktops/:desktop_id/volumes/:volume_id/expand",
    "ExpandVolumes POST /v2/:project_id/volumes/expand",
    "KeystoneCreateUserToken POST /v3/auth/tokens",
    "KeystoneListAuthDomains GET /v3/auth/domains",
    "KeystoneListProjects GET /v3/projects",
    "KeystoneValidateToken GET /v3/auth/tokens",
    "ListDesktopsDetail GET /v2/:project_id/desktops/detail",
    "ListItaSubJobs GET /v2/:project_id/workspace-sub-jobs",
    "ListProducts GET /v2/:project_id/products",
    "ListVolumeProducts GET /v2/:project_id/volume/products",
    "ShowDesktopDetail GET /v2/:project_id/desktops/:desktop_id",
    "ShowJob GET /v2/:project_id/workspace-jobs/:job_id",
    "ShowQuotas GET /v2/:project_id/quotas",
  ]);
});

test("a running emulator serves the document", async () => {
  const { emulator } = await running();
  const reply = await ask(emulator, "GET", "/_emulator/openapi.yaml");
  expect([reply.status, reply.text]).toEqual([200, contractText]);
});

describe("answers are held against the document so strictly that a wrong shape fails", () => {
  let good: Record<string, unknown>;
  let validation: Validation;

  beforeAll(async () => {
    validation = await Validation.open();
    const { emulator, client } = await running();
    emulator.addDesktops([{ desktop_id: d1, data_volumes: [{ volume_id: "v1" }] }]);
    good = (await client.call("GET", `/desktops/${d1}`)).json ?? {};
  });

  test("the answer itself is right", () => {
    expect(validation.problem(answerOf("ShowDesktopDetail"), good)).toBeUndefined();
  });

  test.each<[string, (desktop: Record<string, unknown>) => void, string]>([
    ["a missing field", (desktop) => delete desktop.status, "status"],
    ["a field that nobody knows", (desktop) => (desktop.colour = "red"), "(colour)"],
    [
      "a number for a text",
      (desktop) => (desktop.computer_name = 1),
      "/desktop/computer_name must be string",
    ],
    ["a process above 100", (desktop) => (desktop.process = 101), "/desktop/process"],
    ["null where there must be a list", (desktop) => (desktop.data_volumes = null), "/desktop/data_volumes"],
    [
      "a disk without its id",
      (desktop) => delete (desktop.data_volumes as Record<string, unknown>[])[0]?.volume_id,
      "volume_id",
    ],
    ["a time that is none", (desktop) => (desktop.created = "yesterday"), "/desktop/created"],
  ])("%s", (_, spoil, message) => {
    const bad = structuredClone(good);
    spoil(bad.desktop as Record<string, unknown>);
    expect(validation.problem(answerOf("ShowDesktopDetail"), bad)).toContain(message);
  });

  test.each([
    ["AddDesktopVolumes", 200, { job_id: 1 }],
    ["AddDesktopVolumes", 200, { job_id: "j", order_id: "o" }],
    ["AddDesktopVolumes", 409, { error_code: "x" }],
    ["KeystoneListProjects", 401, { error: { code: "401", message: "m", title: "t" } }],
    ["ShowQuotas", 200, { quotas: [], site_quotas: [] }],
    ["ListDesktopsDetail", 200, { desktops: [] }],
  ])("%s cannot answer %i %j", (id, status, body) => {
    expect(validation.problem(answerOf(id, status), body)).toBeDefined();
  });

  test("with checkAnswers, an answer that does not fit becomes a 500 that says so", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "desktop-as-array" });
    const reply = await client.call("GET", `/desktops/${d1}`);
    expect(reply.status).toBe(500);
    expect(reply.json?.error_msg).toContain("ShowDesktopDetail answers what openapi.yaml forbids: /desktop");
  });

  test("with checkAnswers, refusals are checked too", async () => {
    const { emulator, client } = await running();
    emulator.addFault({ fault: "desktop-deleted", desktop_id: d1 });
    expect((await client.call("GET", `/desktops/${d1}`)).status).toBe(404);
  });
});
