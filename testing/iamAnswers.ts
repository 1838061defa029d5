import type { Expected } from "./authWorld";

/** A time of the day on which the tests' clock starts. */
export const at = (time: string) => `2026-01-02T${time}.000000Z`;
export const issued = at("03:04:05");

export const region = { HW_REGION_NAME: "cn-north-4" };
export const user = {
  ...region,
  HW_USER_NAME: "ann",
  HW_USER_PASSWORD: "marked password ",
  HW_DOMAIN_NAME: "acme",
};
export const ci = { ...region, HW_ASSUME_ROLE_IDP_ID: "gitlab", HW_ASSUME_ROLE_ID_TOKEN_FILE: "~/token" };
export const agency = { HW_ASSUME_ROLE_AGENCY_NAME: "ops", HW_ASSUME_ROLE_DOMAIN_NAME: "customer" };

export const get = {
  method: "GET",
  url: "https://workspace.cn-north-4.myhuaweicloud.com/v2/p1",
  headers: {},
};

const password = { user: { name: "ann", password: "marked password ", domain: { name: "acme" } } };
export const passwordBody = (scope: unknown) => ({
  auth: { identity: { methods: ["password"], password }, scope },
});
export const tokenAnswer = (token: string, projectId?: string, expires = at("23:00:00")) => ({
  status: 201,
  headers: { "x-subject-token": token },
  json: {
    token: {
      expires_at: expires,
      issued_at: issued,
      ...(projectId !== undefined && { project: { id: projectId, name: "cn-north-4" } }),
    },
  },
});
export const keysAnswer = (name: string, expires = at("04:04:05")) => ({
  status: 201,
  json: {
    credential: {
      access: `AK${name}`,
      secret: `marked-secret-${name}`,
      securitytoken: `marked-security-token-${name}`,
      expires_at: expires,
    },
  },
});
export const assume = (more: Partial<Expected> = {}): Expected => ({
  request: "POST /v3.0/OS-CREDENTIAL/securitytokens",
  body: {
    auth: {
      identity: {
        methods: ["assume_role"],
        assume_role: { agency_name: "ops", domain_name: "customer", duration_seconds: 3600 },
      },
    },
  },
  answer: keysAnswer("ops"),
  ...more,
});
export const exchange = (idToken: string): Expected => ({
  request: "POST /v3.0/OS-AUTH/id-token/tokens",
  headers: { "X-Idp-Id": "gitlab" },
  body: { auth: { id_token: { id: idToken } } },
  answer: tokenAnswer("marked-unscoped"),
});
export const keysForToken = (name: string, expires?: string): Expected => ({
  request: "POST /v3.0/OS-CREDENTIAL/securitytokens",
  body: {
    auth: { identity: { methods: ["token"], token: { id: "marked-unscoped", duration_seconds: 3600 } } },
  },
  answer: keysAnswer(name, expires),
});
export const projects = (headers: Record<string, string> = {}): Expected => ({
  request: "GET /v3/projects?name=cn-north-4",
  headers,
  answer: { json: { projects: [{ id: "p1", name: "cn-north-4" }] } },
});
