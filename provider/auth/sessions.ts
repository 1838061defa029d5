import { createHash } from "node:crypto";

import type { Clock } from "../clock";
import type { Log } from "../log";
import { CredentialsError, type Problem } from "./errors";
import { findCredentials, NoCredentials, type Credentials } from "./find";
import { headersFor, type Grant } from "./grant";
import type { Send } from "./http";
import { Iam } from "./iam";
import { Keeper, type Granter } from "./keeper";
import { obtain, readIdentityToken, type Project } from "./obtain";
import { readOptions } from "./options";
import { resolve, type Place, type Resolved } from "./place";
import { redact, Secret } from "./secret";
import type { Session } from "./session";
import type { SignableRequest } from "./signer";
import type { Sources } from "./sources";
import type { Proof } from "./ways";

/** Opens sessions: finds out who we are and where calls go, once for each place. */
export class Sessions {
  readonly #open = new Map<string, Promise<Session>>();
  readonly #projects = new Map<string, string>();
  readonly #looks = new Map<string, Look>();

  readonly #sources: Sources;
  readonly #send: Send;
  readonly #clock: Clock;
  readonly #log: Log;
  #warned = false;

  constructor(sources: Sources, send: Send, clock: Clock, log: Log) {
    this.#sources = sources;
    this.#send = send;
    this.#clock = clock;
    this.#log = log;
  }

  /** What is missing, half or malformed, without a call. Empty: `open` may be tried. */
  check(place: Place): Problem[] {
    return this.#look(place).problems;
  }

  /** What is in force for a place, as far as it is known without a call. */
  effective(place: Place): Omit<Place, "profile"> {
    const { key, resolved } = this.#look(place);
    const { region, projectId = this.#projects.get(key), endpoint, iamEndpoint } = resolved;
    return {
      ...(region !== undefined && { region }),
      ...(projectId !== undefined && { projectId }),
      ...(endpoint !== undefined && { endpoint }),
      ...(iamEndpoint !== undefined && { iamEndpoint }),
    };
  }

  /**
   * The session for a place; the same one for the same place. Logs in and
   * looks up the project where that is needed, once. Throws
   * `CredentialsError`.
   */
  async open(place: Place): Promise<Session> {
    const { key, resolved, credentials, problems } = this.#look(place);
    const { region, endpoint, iamEndpoint } = resolved;
    if (problems.length > 0 || !credentials || !region || !endpoint || !iamEndpoint) {
      throw new CredentialsError("settings", problems.map(({ reason }) => reason).join("; "));
    }
    this.#warnOfInsecure();
    const known = this.#open.get(key);
    if (known) return known;
    const opening = this.#start(place, key, credentials, { ...resolved, region, endpoint, iamEndpoint });
    this.#open.set(key, opening);
    opening.then(
      ({ projectId }) => {
        // A disk in state names its project: that is the same place, and needs no login of its own.
        const recorded = keyOf(place, { ...resolved, projectId });
        if (!this.#open.has(recorded)) this.#open.set(recorded, opening);
      },
      (error: unknown) => {
        // What was refused stays refused: asking again for every disk would lock the user out.
        const final = error instanceof CredentialsError && ["refused", "project"].includes(error.reason);
        if (final) return;
        this.#open.delete(key);
        this.#looks.clear();
      },
    );
    return opening;
  }

  #warnOfInsecure(): void {
    if (this.#warned) return;
    this.#warned = true;
    if (!readOptions(this.#sources).insecure) return;
    this.#log.warn(
      "TLS certificates are not verified (HW_INSECURE): anybody on the way can read and change what is sent",
    );
  }

  /**
   * Every disk asks, most of them for the same place: where nothing is wrong
   * with what was found, it is not looked for again until it has failed.
   */
  #look(place: Place): Look {
    const { region, projectId, endpoint, iamEndpoint, profile } = place;
    const asked = JSON.stringify([region, projectId, endpoint, iamEndpoint, profile]);
    const known = this.#looks.get(asked);
    if (known !== undefined) return known;
    const look = this.#lookAnew(place);
    if (look.problems.length === 0) this.#looks.set(asked, look);
    return look;
  }

  #lookAnew(place: Place): Look {
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
    credentials: Credentials,
    at: Resolved & { region: string; endpoint: string; iamEndpoint: string },
  ): Promise<Session> {
    const [clock, log, sources] = [this.#clock, this.#log, this.#sources];
    const { title, proof, advice } = credentials.way;
    log.debug(`credentials: ${title}; region ${at.region}, endpoint ${at.endpoint}`);

    const iam = new Iam({ endpoint: at.iamEndpoint, send: this.#send, clock, log }, credentials.way);
    const project: Project = at.projectId ? { id: at.projectId } : { name: at.projectName ?? at.region };
    const granter: Granter = {
      title,
      advice,
      renewable:
        credentials.agency !== undefined || proof.kind === "password" || proof.kind === "identityToken",
      // Found anew each time: a file may have been written since.
      obtain: async () => {
        const found = findCredentials(sources, place.profile);
        if (found instanceof NoCredentials) throw new CredentialsError("settings", found.reason);
        const grant = await obtain(found, project, { iam, belongsToEndpoint: at.iamIsKnown }, sources);
        belongs(grant, project, title);
        return grant;
      },
      stands: async (grant) => !at.iamIsKnown || (await iam.accepts(grant.pass, at.region)),
    };
    const keeper = new Keeper(granter, clock, log);
    const grant = await keeper.current();
    const projectId =
      at.projectId ?? grant.projectId ?? (await iam.projectId(at.projectName ?? at.region, grant.pass));
    this.#projects.set(key, projectId);

    const account = createHash("sha256").update(accountOf(credentials)).digest("hex").slice(0, 16);
    return new OpenSession(
      at.region,
      at.endpoint,
      projectId,
      `${at.endpoint} ${projectId} ${account}`,
      keeper,
      clock,
    );
  }
}

/** What the settings say of a place. */
interface Look {
  key: string;
  resolved: Resolved;
  credentials?: Credentials;
  problems: Problem[];
}

/** Tells places apart in which other credentials, or another project, may count. */
function keyOf({ profile }: Place, resolved: Omit<Resolved, "iamIsKnown" | "problems">): string {
  const { region, projectId, projectName, endpoint, iamEndpoint } = resolved;
  return JSON.stringify([profile, region, projectId ?? { projectName }, endpoint, iamEndpoint]);
}

/** A file that is missing is better said at preview than at the first call. */
function unreadable({ way: { proof } }: Credentials, sources: Sources): Problem[] {
  try {
    if (proof.kind === "identityToken") readIdentityToken(proof, sources);
    return [];
  } catch (error) {
    return [{ property: "", reason: error instanceof Error ? error.message : String(error) }];
  }
}

/** Tells accounts apart; partly secret, so only its hash is passed on. */
function accountOf({ way: { proof }, agency }: Credentials): string {
  return JSON.stringify([proof.kind, identityOf(proof), agency?.name, agency?.domain]);
}

function identityOf(proof: Proof): unknown {
  switch (proof.kind) {
    case "token":
      return proof.token.reveal();
    case "accessKey":
      return proof.accessKey;
    case "identityToken":
      return [proof.providerId, proof.token instanceof Secret ? proof.token.reveal() : proof.token];
    case "password":
      return [proof.userName, proof.domain];
  }
}

/** Never an empty world: a token for another project would list no desktops, and nothing would seem to exist. */
function belongs(grant: Grant, project: Project, title: string): void {
  if ("id" in project && grant.projectId !== undefined && grant.projectId !== project.id) {
    throw new CredentialsError(
      "project",
      `${title} is for project ${grant.projectId}, but project ${project.id} is wanted. ` +
        "Use credentials of that project, or correct huaweicloud-workspace:projectId, HW_PROJECT_ID or the property projectId",
    );
  }
}

class OpenSession implements Session {
  readonly #keeper: Keeper;
  readonly #clock: Clock;

  constructor(
    readonly region: string,
    readonly endpoint: string,
    readonly projectId: string,
    readonly key: string,
    keeper: Keeper,
    clock: Clock,
  ) {
    this.#keeper = keeper;
    this.#clock = clock;
  }

  async authorize(request: SignableRequest): Promise<Record<string, string>> {
    const { pass } = await this.#keeper.current();
    return headersFor(pass, request, this.#clock.date(), this.projectId);
  }

  renew(refusal?: string): Promise<boolean> {
    return this.#keeper.renew(refusal);
  }

  redact(text: string): string {
    return redact(text, this.#keeper.secrets());
  }
}
