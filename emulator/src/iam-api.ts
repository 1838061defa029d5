import { openProjects, type Caller } from "./accounts";
import { iamRefusal, type AskedDomain, type AskedScope, type Directory, type Token } from "./directory";
import type { Answer } from "./workspace-api";

/** A call of IAM, checked against its schema. */
export interface IamCall {
  readonly directory: Directory;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  /** The emulator's own address. */
  readonly url: string;
  /** Finds out who asks, or refuses. */
  readonly caller: () => Caller;
}

type Handler = (call: IamCall) => Answer;

const defaultDurationSeconds = 900;

/** The operations of IAM by their operationId. */
export const iamHandlers: Readonly<Record<string, Handler>> = {
  KeystoneCreateUserToken: ({ directory, query, body, url }) => {
    const { identity, scope } = (body as { auth: { identity: Identity; scope?: AskedScope } }).auth;
    const { password, token } = identity;
    if (identity.methods[0] === "token") {
      if (!token?.id) throw iamRefusal(400, "auth.identity.token.id is missing");
      return tokenAnswer(directory.rescopedToken(token.id, scope), url, query);
    }
    if (!password) throw iamRefusal(400, "auth.identity.password is missing");
    const { name, password: word, domain } = password.user;
    if (domain.id === undefined && domain.name === undefined) {
      throw iamRefusal(400, "auth.identity.password.user.domain needs id or name");
    }
    return tokenAnswer(directory.passwordToken(domain, name, word, scope), url, query);
  },

  KeystoneValidateToken: ({ directory, query, headers, url, caller }) => {
    caller();
    const token = directory.knownToken(String(headers["x-subject-token"]));
    return { ...tokenAnswer(token, url, query), status: 200 };
  },

  CreateTokenWithIdToken: ({ directory, headers, body, url }) => {
    const { id_token, scope } = (body as { auth: { id_token: { id: string }; scope?: AskedScope } }).auth;
    return tokenAnswer(directory.federatedToken(String(headers["x-idp-id"]), id_token.id, scope), url);
  },

  CreateTemporaryAccessKey: ({ directory, headers, body, caller }) => {
    const { identity } = (body as { auth: { identity: Identity } }).auth;
    const { assume_role: role, token } = identity;
    if (identity.methods[0] === "assume_role") {
      if (!role) throw iamRefusal(400, "auth.identity.assume_role is missing");
      if (role.domain_id === undefined && role.domain_name === undefined) {
        throw iamRefusal(400, "auth.identity.assume_role needs domain_id or domain_name");
      }
      const domain = { id: role.domain_id, name: role.domain_name };
      const seconds = role.duration_seconds ?? defaultDurationSeconds;
      return keysAnswer(directory.keysForAgency(caller(), role.agency_name, domain, seconds));
    }
    const id = token?.id ?? headers["x-auth-token"];
    if (typeof id !== "string") throw iamRefusal(400, "auth.identity.token.id is missing");
    return keysAnswer(directory.keysForToken(id, token?.duration_seconds ?? defaultDurationSeconds));
  },

  KeystoneListProjects: ({ query, url, caller }) => {
    const { page = 1, per_page = Infinity } = query as { page?: number; per_page?: number };
    const { domain_id, name, parent_id, enabled, is_domain } = query;
    const filters = Object.entries({ domain_id, name, parent_id, enabled, is_domain });
    const all = openProjects(caller())
      .map((project) => ({
        id: project.id,
        name: project.name,
        domain_id: project.domainId,
        enabled: true,
        is_domain: false,
        parent_id: project.domainId,
        description: "",
        links: { self: `${url}/v3/projects/${project.id}` },
      }))
      .filter((project: Record<string, unknown>) =>
        filters.every(([key, wanted]) => wanted === undefined || project[key] === wanted),
      );
    const projects = per_page === Infinity ? all : all.slice((page - 1) * per_page, page * per_page);
    return { status: 200, body: { projects, links: links(`${url}/v3/projects`) } };
  },

  KeystoneListAuthDomains: ({ url, caller }) => {
    const { account } = caller();
    const domain = {
      id: account.id,
      name: account.name,
      enabled: true,
      description: "",
      links: { self: `${url}/v3/domains/${account.id}` },
    };
    return { status: 200, body: { domains: [domain], links: links(`${url}/v3/auth/domains`) } };
  },
};

interface Identity {
  methods: string[];
  password?: { user: { name: string; password: string; domain: AskedDomain } };
  token?: { id?: string; duration_seconds?: number };
  assume_role?: {
    agency_name: string;
    domain_name?: string;
    domain_id?: string;
    duration_seconds?: number;
  };
}

function links(self: string) {
  return { self, next: null, previous: null };
}

function tokenAnswer(token: Token, url: string, { nocatalog = "" }: IamCall["query"] = {}): Answer {
  const { account, user, scope } = token.caller;
  const domain = { id: account.id, name: account.name };
  const project = typeof scope === "string" ? undefined : scope.project;
  return {
    status: 201,
    headers: { "X-Subject-Token": token.id },
    body: {
      token: {
        methods: token.methods,
        issued_at: new Date(token.issuedAt).toISOString(),
        expires_at: new Date(token.expiresAt).toISOString(),
        user: { id: user.id, name: user.name, domain },
        ...(project && { project: { id: project.id, name: project.name, domain } }),
        ...(scope === "domain" && { domain }),
        roles: [{ id: "0", name: "te_admin" }],
        ...(nocatalog === "" && { catalog: project ? catalog(url, project.id, project.region) : [] }),
      },
    },
  };
}

function catalog(url: string, projectId: string, region: string) {
  const service = (type: string, path: string) => ({
    id: type,
    type,
    name: type,
    endpoints: [{ id: type, interface: "public", region, region_id: region, url: `${url}${path}` }],
  });
  return [service("workspace", `/v2/${projectId}`), service("iam", "/v3")];
}

function keysAnswer(key: {
  access: string;
  secret: string;
  securityToken: string | undefined;
  expiresAt: number;
}): Answer {
  return {
    status: 201,
    body: {
      credential: {
        access: key.access,
        secret: key.secret,
        securitytoken: key.securityToken,
        expires_at: new Date(key.expiresAt).toISOString(),
      },
    },
  };
}
