import { createHash } from "node:crypto";
import { CredentialsError, type Problem } from "../errors";
import type { Clock, Log, Send } from "../host";
import { SharedWork, type Waiter } from "../operation";
import { CredentialCache, type Granter } from "./credentialCache";
import {
  type CredentialSource,
  findCredentials,
  type FoundCredentials,
  NoCredentials,
} from "./credentialSource";
import { type Grant, headersFor, Secret, type SignableRequest } from "./grant";
import { Iam } from "./iam";
import { obtain, type Project, readIdentityToken } from "./obtain";
import { type Place, resolve, type Resolved } from "./place";
import { readOptions, type Sources } from "./sources";

/**
 * Credentials for one project in one region. The API client asks it for the
 * headers of each call and never sees a credential.
 */
export interface Session {
  readonly region: string;
  /** Base of the Workspace API, without a slash at the end. */
  readonly endpoint: string;
  readonly projectId: string;
  /**
   * Names account, project and endpoint without telling a secret: two sessions
   * with the same key may share calls, others never.
   */
  readonly key: string;
  /**
   * Headers that authorise this request: a token, or a signature over it.
   * Renews what is about to expire first. Throws `CredentialsError`, and
   * `TimeoutError` when no caller waits any longer.
   */
  authorize(
    request: { method: string; url: string; headers: Readonly<Record<string, string>>; body?: string },
    waiter: Waiter,
  ): Promise<Record<string, string>>;
  /**
   * After the service answered 401: gets new credentials where they can be
   * renewed, by one request however many ask. True if the call is worth
   * repeating. False if IAM still accepts what was used: the refusal was about
   * something else, such as a missing permission. Throws `CredentialsError`
   * that says which credential ended and when, where nothing can be renewed;
   * `refusal`, what the service said, is repeated in it.
   */
  renew(refusal: string, waiter: Waiter): Promise<boolean>;
  /** Values that must not be shown: the credentials used last. For cleaning text of others; the same array until they change. */
  secrets(): readonly string[];
}

/** Opens sessions: finds credentials and addresses, once for each place. */
export class Sessions {
  readonly #opened = new Map<string, Session>();
  /** What was refused stays refused: asking again for every disk would lock the user out. */
  readonly #refused = new Map<string, CredentialsError>();
  readonly #opening = new Map<string, SharedWork<Session>>();
  readonly #projects = new Map<string, string>();
  readonly #lookups = new Map<string, Lookup>();
  #warned = false;
  // Truly private: an inspected object must not show the environment with its credentials.
  readonly #sources: Sources;

  constructor(
    sources: Sources,
    private readonly send: Send,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.#sources = sources;
  }

  /** What is missing, incomplete or malformed, without a call. Empty: `open` may be tried. */
  check(place: Place): Problem[] {
    return this.#lookUp(place).problems;
  }

  /** What is in force for a place, as far as it is known without a call. */
  effective(place: Place): Omit<Place, "profile"> {
    const { key, resolved } = this.#lookUp(place);
    const { region, projectId = this.#projects.get(key), endpoint, iamEndpoint } = resolved;
    return {
      ...(region !== undefined && { region }),
      ...(projectId !== undefined && { projectId }),
      ...(endpoint !== undefined && { endpoint }),
      ...(iamEndpoint !== undefined && { iamEndpoint }),
    };
  }

  /** Where region and project come from, such as `HW_REGION_NAME`; absent where the place itself has them. */
  setBy(place: Place): { region?: string; projectId?: string } {
    const { key, resolved } = this.#lookUp(place);
    const isFoundByName = resolved.projectId === undefined && this.#projects.has(key);
    return {
      ...resolved.setBy,
      ...(isFoundByName && { projectId: `found in IAM by the name "${resolved.projectName ?? ""}"` }),
    };
  }

  /**
   * The session for a place; the same one for the same place. Signs in and
   * looks up the project where that is needed, once, for as long as a caller
   * waits. Throws `CredentialsError`, and `TimeoutError` when no caller waits any longer.
   */
  async open(place: Place, waiter: Waiter): Promise<Session> {
    const { key, resolved, credentials, problems } = this.#lookUp(place);
    const { region, endpoint, iamEndpoint } = resolved;
    if (problems.length > 0 || !credentials || !region || !endpoint || !iamEndpoint) {
      throw new CredentialsError("settings", problems.map(({ reason }) => reason).join("; "));
    }
    this.#warnOfInsecure();
    const opened = this.#opened.get(key);
    if (opened) return opened;
    const refused = this.#refused.get(key);
    if (refused) throw refused;
    const opening =
      this.#opening.get(key) ??
      new SharedWork(async (all) => {
        const at = { ...resolved, region, endpoint, iamEndpoint };
        return this.#remember(place, key, resolved, () => this.#start(place, key, credentials, at, all));
      });
    this.#opening.set(key, opening);
    return opening.join(waiter, `Signing in (${credentials.method.title})`);
  }

  async #remember(
    place: Place,
    key: string,
    resolved: Resolved,
    start: () => Promise<Session>,
  ): Promise<Session> {
    try {
      const session = await start();
      this.#opened.set(key, session);
      // A disk in state names its project: that is the same place, and needs no sign-in of its own.
      const recorded = keyOf(place, { ...resolved, projectId: session.projectId });
      if (!this.#opened.has(recorded)) this.#opened.set(recorded, session);
      return session;
    } catch (error) {
      if (error instanceof CredentialsError && ["refused", "project"].includes(error.reason)) {
        this.#refused.set(key, error);
      } else {
        this.#lookups.clear();
      }
      throw error;
    } finally {
      this.#opening.delete(key);
    }
  }

  #warnOfInsecure(): void {
    if (this.#warned) return;
    this.#warned = true;
    if (!readOptions(this.#sources).insecure) return;
    this.log.warn(
      "TLS certificates are not verified (HW_INSECURE): others on the network path can read and change what is sent",
    );
  }

  /**
   * Every disk asks, most of them for the same place: where nothing is wrong
   * with what was found, it is not looked up again until it has failed.
   */
  #lookUp(place: Place): Lookup {
    const { region, projectId, endpoint, iamEndpoint, profile } = place;
    const asked = JSON.stringify([region, projectId, endpoint, iamEndpoint, profile]);
    const known = this.#lookups.get(asked);
    if (known !== undefined) return known;
    const lookup = this.#lookUpAnew(place);
    if (lookup.problems.length === 0) this.#lookups.set(asked, lookup);
    return lookup;
  }

  #lookUpAnew(place: Place): Lookup {
    const found = findCredentials(this.#sources, place.profile);
    const credentials = found instanceof NoCredentials ? undefined : found;
    const resolved = resolve(place, this.#sources, credentials?.profile);
    return {
      key: keyOf(place, resolved),
      resolved,
      ...(credentials && { credentials }),
      problems: [
        ...resolved.problems,
        ...(found instanceof NoCredentials
          ? [{ property: place.profile ? "profile" : "", reason: found.reason }]
          : []),
        ...(credentials ? unreadable(credentials, this.#sources) : []),
        ...readOptions(this.#sources).problems,
      ],
    };
  }

  async #start(
    place: Place,
    key: string,
    credentials: FoundCredentials,
    at: Resolved & { region: string; endpoint: string; iamEndpoint: string },
    waiter: Waiter,
  ): Promise<Session> {
    const { clock, log } = this;
    const sources = this.#sources;
    const { title, source, advice } = credentials.method;
    log.debug(`credentials: ${title}; region ${at.region}, endpoint ${at.endpoint}`);

    const region = `the region "${at.region}" (${at.setBy.region ?? "program"})`;
    const iam = new Iam(
      { endpoint: at.iamEndpoint, send: this.send, clock, log, region },
      credentials.method,
    );
    const project: Project = at.projectId ? { id: at.projectId } : { name: at.projectName ?? at.region };
    const granter: Granter = {
      title,
      advice,
      renewable:
        credentials.agency !== undefined || source.kind === "password" || source.kind === "identityToken",
      // Looked up anew each time: a file may have been written since.
      obtain: async (all) => {
        const found = findCredentials(sources, place.profile);
        if (found instanceof NoCredentials) throw new CredentialsError("settings", found.reason);
        const authority = { iam, belongsToEndpoint: at.iamIsKnown };
        const grant = await obtain(found, project, authority, sources, all);
        checkProject(grant, project, title);
        return grant;
      },
      isStillValid: async (grant, all) =>
        !at.iamIsKnown || (await iam.accepts(grant.credentials, at.region, all)),
    };
    const cache = new CredentialCache(granter, clock, log);
    const grant = await cache.current(waiter);
    const projectId =
      at.projectId ??
      grant.projectId ??
      (await iam.projectId(at.projectName ?? at.region, grant.credentials, waiter));
    this.#projects.set(key, projectId);

    const account = createHash("sha256").update(accountOf(credentials)).digest("hex").slice(0, 16);
    return new OpenSession(
      at.region,
      at.endpoint,
      projectId,
      `${at.endpoint} ${projectId} ${account}`,
      cache,
      clock,
    );
  }
}

/** What the settings say of a place. */
interface Lookup {
  key: string;
  resolved: Resolved;
  credentials?: FoundCredentials;
  problems: Problem[];
}

/** Tells places apart in which other credentials, or another project, may count. */
function keyOf({ profile }: Place, resolved: Omit<Resolved, "iamIsKnown" | "problems" | "setBy">): string {
  const { region, projectId, projectName, endpoint, iamEndpoint } = resolved;
  return JSON.stringify([profile, region, projectId ?? { projectName }, endpoint, iamEndpoint]);
}

/** A file that is missing is better reported at preview than at the first call. */
function unreadable({ method: { source } }: FoundCredentials, sources: Sources): Problem[] {
  try {
    if (source.kind === "identityToken") readIdentityToken(source, sources);
    return [];
  } catch (error) {
    return [{ property: "", reason: error instanceof CredentialsError ? error.why : String(error) }];
  }
}

/** Tells accounts apart; partly secret, so only its hash is passed on. */
function accountOf({ method: { source }, agency }: FoundCredentials): string {
  return JSON.stringify([source.kind, identityOf(source), agency?.name, agency?.domain]);
}

function identityOf(source: CredentialSource): unknown {
  switch (source.kind) {
    case "token":
      return source.token.reveal();
    case "accessKey":
      return source.accessKey;
    case "identityToken":
      return [source.providerId, source.token instanceof Secret ? source.token.reveal() : source.token];
    case "password":
      return [source.userName, source.domain];
  }
}

/** Never an empty world: a token for another project would list no desktops, and nothing would seem to exist. */
function checkProject(grant: Grant, project: Project, title: string): void {
  if ("id" in project && grant.projectId !== undefined && grant.projectId !== project.id) {
    throw new CredentialsError(
      "project",
      `${title} is for project ${grant.projectId}, but project ${project.id} is wanted`,
      {
        next:
          "Use credentials of that project, or correct huaweicloud-workspace:projectId, HW_PROJECT_ID " +
          "or the property projectId",
      },
    );
  }
}

class OpenSession implements Session {
  constructor(
    readonly region: string,
    readonly endpoint: string,
    readonly projectId: string,
    readonly key: string,
    private readonly cache: CredentialCache,
    private readonly clock: Clock,
  ) {}

  async authorize(request: SignableRequest, waiter: Waiter): Promise<Record<string, string>> {
    const { credentials } = await this.cache.current(waiter);
    return headersFor(credentials, request, this.clock.date(), this.projectId);
  }

  renew(refusal: string, waiter: Waiter): Promise<boolean> {
    return this.cache.renew(refusal, waiter);
  }

  secrets(): readonly string[] {
    return this.cache.secrets();
  }
}
