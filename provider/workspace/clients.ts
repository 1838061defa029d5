import type { Session } from "../auth/session";
import { type ClientParts, WorkspaceClient } from "./client";

/** Which project of which region, as far as somebody named it. */
export interface Place {
  region?: string;
  projectId?: string;
  /** Base URL of the Workspace API. */
  endpoint?: string;
  /** Base URL of IAM. */
  iamEndpoint?: string;
  /** A profile of the `hcloud` CLI, by name. */
  profile?: string;
}

/** Something that is missing or wrong, by the name of the property or setting. */
export interface Problem {
  property: string;
  reason: string;
}

/** Who we are, in each place; provider/auth knows. */
export interface Accounts {
  /** What is missing or malformed, told without any call. */
  check(place: Place): Problem[];
  /** What is in force in a place, as far as it is known without any call. */
  effective(place: Place): Place;
  /** Throws `CredentialsError`. */
  open(place: Place): Promise<Session>;
}

/** Clients of the Workspace API, one for each account and project. */
export class Clients {
  readonly #clients = new Map<string, WorkspaceClient>();

  constructor(
    private readonly accounts: Accounts,
    private readonly parts: ClientParts,
  ) {}

  check(place: Place): Problem[] {
    return this.accounts.check(place);
  }

  effective(place: Place): Place {
    return this.accounts.effective(place);
  }

  /** The client for a place; the same one for the same account and project. Throws `CredentialsError`. */
  async open(place: Place): Promise<WorkspaceClient> {
    const session = await this.accounts.open(place);
    const client = this.#clients.get(session.key) ?? new WorkspaceClient(session, this.parts);
    this.#clients.set(session.key, client);
    return client;
  }
}
