import type { Place, Problem, Sessions } from "../auth";
import { type ClientParts, WorkspaceClient } from "./client";

export type { Place, Problem } from "../auth";

/** Who we are, in each place. */
export type Accounts = Pick<Sessions, "check" | "effective" | "open">;

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
