import type { Clock } from "../clock";
import type { Log } from "../log";
import { CredentialsError } from "./errors";
import { expiryOf, headersFor, secretsOf, type Expiry, type Grant, type Pass } from "./grant";
import type { Send } from "./http";
import { callIam, type IamAnswer, type IamCall } from "./iam-call";
import { Secret } from "./secret";
import type { Agency, Domain, Proof, Way } from "./ways";

/** What a token is good for. */
export type Scope = { project: { id: string } | { name: string } } | { domain: Domain };

/** A token and what IAM says about it. */
export interface Token {
  token: Secret;
  expiry?: Expiry;
  projectId?: string;
}

/** The calls to IAM that get us in, one function each. All throw `CredentialsError`. */
export class Iam {
  constructor(
    private readonly world: { endpoint: string; send: Send; clock: Clock; log: Log },
    /** What is being used, for errors. */
    private readonly way: Pick<Way, "title" | "advice">,
  ) {}

  /** KeystoneCreateUserTokenByPassword: `POST /v3/auth/tokens`. */
  async passwordToken(proof: Proof & { kind: "password" }, scope: Scope): Promise<Token> {
    const user = { name: proof.userName, password: proof.password.reveal(), domain: proof.domain };
    const answer = await this.#call({
      method: "POST",
      path: "/v3/auth/tokens",
      body: { auth: { identity: { methods: ["password"], password: { user } }, scope } },
      secrets: [proof.password],
    });
    return this.#token(answer, true);
  }

  /** CreateUnscopedTokenWithIdToken: `POST /v3.0/OS-AUTH/id-token/tokens`. */
  async identityToken(providerId: string, token: Secret): Promise<Token> {
    const answer = await this.#call({
      method: "POST",
      path: "/v3.0/OS-AUTH/id-token/tokens",
      headers: () => ({ "X-Idp-Id": providerId }),
      body: { auth: { id_token: { id: token.reveal() } } },
      secrets: [token],
    });
    return this.#token(answer, true);
  }

  /** CreateTemporaryAccessKeyByToken: `POST /v3.0/OS-CREDENTIAL/securitytokens`. */
  async temporaryKeys(token: Secret, durationSeconds: number): Promise<Grant> {
    const answer = await this.#call({
      method: "POST",
      path: "/v3.0/OS-CREDENTIAL/securitytokens",
      body: {
        auth: {
          identity: { methods: ["token"], token: { id: token.reveal(), duration_seconds: durationSeconds } },
        },
      },
      secrets: [token],
    });
    return this.#keys(answer);
  }

  /** CreateTemporaryAccessKeyByAgency: `POST /v3.0/OS-CREDENTIAL/securitytokens`. */
  async assumeAgency(pass: Pass, agency: Agency): Promise<Grant> {
    const domain =
      "id" in agency.domain ? { domain_id: agency.domain.id } : { domain_name: agency.domain.name };
    const assume_role = { agency_name: agency.name, ...domain, duration_seconds: agency.durationSeconds };
    const answer = await this.#call({
      method: "POST",
      path: "/v3.0/OS-CREDENTIAL/securitytokens",
      body: { auth: { identity: { methods: ["assume_role"], assume_role } } },
      pass,
    });
    return this.#keys(answer);
  }

  /** KeystoneValidateToken: `GET /v3/auth/tokens`, a token about itself. */
  async describeToken(token: Secret): Promise<Token> {
    const answer = await this.#call({
      method: "GET",
      path: "/v3/auth/tokens",
      headers: () => ({ "X-Subject-Token": token.reveal() }),
      pass: { kind: "token", token },
    });
    const about = record(answer.json.token);
    if (about.project === undefined && (about.domain !== undefined || about.user !== undefined)) {
      const domain = record(about.domain).name;
      const scope = typeof domain === "string" ? `for the account ${domain} as a whole` : "unscoped";
      throw new CredentialsError(
        "project",
        `${this.way.title} is for no project (it is ${scope}). Get a token that is scoped to the project`,
      );
    }
    return { ...this.#token(answer, false), token };
  }

  /** KeystoneListProjects: `GET /v3/projects?name=…`; the id of the one with that name. */
  async projectId(name: string, pass: Pass): Promise<string> {
    const answer = await this.#call({
      method: "GET",
      path: `/v3/projects?name=${encodeURIComponent(name)}`,
      pass,
    });
    const all = Array.isArray(answer.json.projects) ? answer.json.projects.map(record) : [];
    const ids = all
      .filter((project) => project.name === name || project.name === undefined)
      .map(({ id }) => id);
    const [id, ...more] = ids;
    if (typeof id === "string" && more.length === 0) return id;
    throw new CredentialsError(
      "project",
      `${this.way.title}: IAM (${this.world.endpoint}) ${more.length ? `has ${more.length + 1} projects` : "has no project"} ` +
        `named "${name}" for these credentials. ` +
        "Check the region, or set huaweicloud-workspace:projectId or HW_PROJECT_ID",
    );
  }

  /** Whether IAM still takes a pass at all. Where IAM does not say, it does. */
  async accepts(pass: Pass, name: string): Promise<boolean> {
    try {
      await this.#call({ method: "GET", path: `/v3/projects?name=${encodeURIComponent(name)}`, pass });
      return true;
    } catch (error) {
      return !(error instanceof CredentialsError && error.status === 401);
    }
  }

  async #call(
    call: Pick<IamCall, "method" | "path" | "body"> &
      Partial<Pick<IamCall, "headers" | "secrets">> & { pass?: Pass },
  ): Promise<IamAnswer> {
    const { pass, headers = () => ({}), secrets = [], ...rest } = call;
    const url = this.world.endpoint + call.path;
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    const own = { "Content-Type": "application/json" };
    return callIam(
      {
        ...rest,
        headers: () => ({
          ...headers(),
          ...(pass &&
            headersFor(pass, { method: call.method, url, headers: own, ...body }, this.world.clock.date())),
        }),
        purpose: this.way.title,
        advice: this.way.advice,
        secrets: [...secrets, ...(pass ? secretsOf(pass) : [])],
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
      ...(typeof projectId === "string" && { projectId }),
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
      pass: {
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
      `${this.way.title}: IAM (${this.world.endpoint}) answered with a good status and ${what}. Check HW_AUTH_URL`,
    );
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
