import { CredentialsError } from "../errors";
import { cleanForeignText } from "../foreignText";
import type { Clock, Log, Send } from "../host";
import type { Waiter } from "../operation";
import {
  type Expiry,
  expiryOf,
  type Grant,
  headersFor,
  type RequestCredentials,
  Secret,
  secretsOf,
} from "./grant";
import type { Agency, AuthMethod, CredentialSource, Domain } from "./credentialSource";
import { callIam, type IamAnswer, type IamCall } from "./iamCall";

/** What a token is good for. */
export type Scope = { project: { id: string } | { name: string } } | { domain: Domain };

/** A token and what IAM says about it. */
export interface Token {
  token: Secret;
  expiry?: Expiry;
  projectId?: string;
}

/** The calls to IAM, one method each. All throw `CredentialsError`, and `TimeoutError` when no caller waits any longer. */
export class Iam {
  constructor(
    /** `region`, with where it comes from, is for errors: the address is made from it. */
    private readonly world: { endpoint: string; send: Send; clock: Clock; log: Log; region?: string },
    /** What is being used, for errors. */
    private readonly method: Pick<AuthMethod, "title" | "advice">,
  ) {}

  /** KeystoneCreateUserTokenByPassword: `POST /v3/auth/tokens`. */
  async passwordToken(
    source: CredentialSource & { kind: "password" },
    scope: Scope,
    waiter: Waiter,
  ): Promise<Token> {
    const user = { name: source.userName, password: source.password.reveal(), domain: source.domain };
    const answer = await this.#call({
      method: "POST",
      path: "/v3/auth/tokens",
      body: { auth: { identity: { methods: ["password"], password: { user } }, scope } },
      secrets: [source.password],
      waiter,
    });
    return this.#token(answer, true);
  }

  /** CreateUnscopedTokenWithIdToken: `POST /v3.0/OS-AUTH/id-token/tokens`. */
  async identityToken(providerId: string, token: Secret, waiter: Waiter): Promise<Token> {
    const answer = await this.#call({
      method: "POST",
      path: "/v3.0/OS-AUTH/id-token/tokens",
      headers: () => ({ "X-Idp-Id": providerId }),
      body: { auth: { id_token: { id: token.reveal() } } },
      secrets: [token],
      waiter,
    });
    return this.#token(answer, true);
  }

  /** CreateTemporaryAccessKeyByToken: `POST /v3.0/OS-CREDENTIAL/securitytokens`. */
  async temporaryKeys(token: Secret, durationSeconds: number, waiter: Waiter): Promise<Grant> {
    const answer = await this.#call({
      method: "POST",
      path: "/v3.0/OS-CREDENTIAL/securitytokens",
      body: {
        auth: {
          identity: { methods: ["token"], token: { id: token.reveal(), duration_seconds: durationSeconds } },
        },
      },
      secrets: [token],
      waiter,
    });
    return this.#keys(answer);
  }

  /** CreateTemporaryAccessKeyByAgency: `POST /v3.0/OS-CREDENTIAL/securitytokens`. */
  async assumeAgency(credentials: RequestCredentials, agency: Agency, waiter: Waiter): Promise<Grant> {
    const domain =
      "id" in agency.domain ? { domain_id: agency.domain.id } : { domain_name: agency.domain.name };
    const assume_role = { agency_name: agency.name, ...domain, duration_seconds: agency.durationSeconds };
    const answer = await this.#call({
      method: "POST",
      path: "/v3.0/OS-CREDENTIAL/securitytokens",
      body: { auth: { identity: { methods: ["assume_role"], assume_role } } },
      credentials,
      waiter,
    });
    return this.#keys(answer);
  }

  /** KeystoneValidateToken: `GET /v3/auth/tokens`, a token about itself. */
  async describeToken(token: Secret, waiter: Waiter): Promise<Token> {
    const answer = await this.#call({
      method: "GET",
      path: "/v3/auth/tokens",
      headers: () => ({ "X-Subject-Token": token.reveal() }),
      credentials: { kind: "token", token },
      waiter,
    });
    const about = record(answer.json.token);
    if (about.project === undefined && (about.domain !== undefined || about.user !== undefined)) {
      const domain = record(about.domain).name;
      const account =
        typeof domain === "string" ? cleanForeignText(domain, [token.reveal()], 100) : undefined;
      const scope = account === undefined ? "unscoped" : `for the account ${account} as a whole`;
      throw new CredentialsError("project", `${this.method.title} is for no project (it is ${scope})`, {
        next: "Get a token that is scoped to the project",
      });
    }
    return { ...this.#token(answer, false), token };
  }

  /** KeystoneListProjects: `GET /v3/projects?name=…`; the id of the one with that name. */
  async projectId(name: string, credentials: RequestCredentials, waiter: Waiter): Promise<string> {
    const answer = await this.#call({
      method: "GET",
      path: `/v3/projects?name=${encodeURIComponent(name)}`,
      credentials,
      waiter,
    });
    const all = Array.isArray(answer.json.projects) ? answer.json.projects.map(record) : [];
    const ids = all
      .filter((project) => project.name === name || project.name === undefined)
      .map(({ id }) => id);
    const [id, ...more] = ids;
    if (isProjectId(id) && more.length === 0) return id;
    const has = more.length > 0 ? `has ${more.length + 1} projects` : "has no project";
    throw new CredentialsError(
      "project",
      `${this.method.title}: IAM (${this.world.endpoint}) ${has} named "${name}" for these credentials`,
      {
        next: `Check ${this.world.region ?? "the region"}, or set huaweicloud-workspace:projectId or HW_PROJECT_ID`,
      },
    );
  }

  /** Whether IAM still accepts the credentials at all. Where IAM does not say, it does. */
  async accepts(credentials: RequestCredentials, name: string, waiter: Waiter): Promise<boolean> {
    try {
      await this.#call({
        method: "GET",
        path: `/v3/projects?name=${encodeURIComponent(name)}`,
        credentials,
        waiter,
      });
      return true;
    } catch (error) {
      return !(error instanceof CredentialsError && error.status === 401);
    }
  }

  async #call(
    call: Pick<IamCall, "method" | "path" | "body" | "waiter"> &
      Partial<Pick<IamCall, "headers" | "secrets">> & { credentials?: RequestCredentials },
  ): Promise<IamAnswer> {
    const { credentials, headers = () => ({}), secrets = [], ...rest } = call;
    const url = this.world.endpoint + call.path;
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    const own = { "Content-Type": "application/json" };
    return callIam(
      {
        ...rest,
        headers: () => ({
          ...headers(),
          ...(credentials &&
            headersFor(
              credentials,
              { method: call.method, url, headers: own, ...body },
              this.world.clock.date(),
            )),
        }),
        purpose: this.method.title,
        advice: this.method.advice,
        secrets: [...secrets, ...(credentials ? secretsOf(credentials) : [])],
      },
      this.world,
    );
  }

  #token(answer: IamAnswer, justMade: boolean): Token {
    const token = answer.headers["x-subject-token"] ?? "";
    const about = record(answer.json.token);
    if (!token && justMade) throw this.#incomplete("no token");
    const projectId = record(about.project).id;
    const expiry = expiryOf(
      { expiresAt: about.expires_at, issuedAt: about.issued_at, justMade },
      this.world.clock,
      answer.headers.date,
    );
    return {
      token: new Secret(token),
      ...(isProjectId(projectId) && { projectId }),
      ...(expiry && { expiry }),
    };
  }

  #keys(answer: IamAnswer): Grant {
    const { access, secret, securitytoken, expires_at } = record(answer.json.credential);
    if (typeof access !== "string" || typeof secret !== "string" || typeof securitytoken !== "string") {
      throw this.#incomplete("no temporary keys");
    }
    const expiry = expiryOf({ expiresAt: expires_at, justMade: true }, this.world.clock, answer.headers.date);
    return {
      credentials: {
        kind: "key",
        accessKey: access,
        secretKey: new Secret(secret),
        securityToken: new Secret(securitytoken),
      },
      ...(expiry && { expiry }),
    };
  }

  #incomplete(what: string): CredentialsError {
    return new CredentialsError(
      "unreachable",
      `${this.method.title}: IAM (${this.world.endpoint}) answered with a good status and ${what}`,
      { next: "Check HW_AUTH_URL" },
    );
  }
}

/** A project id goes into every URL: what is none must not get there. */
function isProjectId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,64}$/.test(value);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
