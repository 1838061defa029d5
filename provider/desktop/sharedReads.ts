import type { Quiet } from "./quiet";
import { DESKTOPS_A_CALL, type Desktop, listDesktops, type Patience, type WorkspaceClient } from "./service";
import { look, type Sight, sightOf } from "./sight";

/** A list that fails is asked again twice; one that gives no answer within ten seconds, in ms, is given up. */
const LIST_TRIES = 3;
const LIST_TIMEOUT_MS = 10_000;

interface Asker {
  desktopId: string;
  patience: Patience;
  resolve: (sight: Sight) => void;
  reject: (error: Error) => void;
}

/**
 * Reads that come in the same moment share one list call for up to a hundred
 * desktops. What the list does not prove - a desktop that is missing there, or
 * shown as gone, or without its volumes - is asked for singly. Nothing is kept
 * for later.
 */
export class SharedReads {
  #askers: Asker[] = [];

  constructor(
    private readonly client: WorkspaceClient,
    private readonly quiet: Quiet,
  ) {}

  /** A look at a desktop, taken after this call. Throws what proves nothing. */
  read(desktopId: string, patience: Patience): Promise<Sight> {
    return new Promise((resolve, reject) => {
      this.#askers.push({ desktopId, patience, resolve, reject });
      if (this.#askers.length === 1) void this.#readSoon();
    });
  }

  async #readSoon(): Promise<void> {
    await this.quiet.settled();
    const askers = this.#askers;
    this.#askers = [];
    const ids = [...new Set(askers.map((asker) => asker.desktopId))];
    for (let at = 0; at < ids.length; at += DESKTOPS_A_CALL) {
      const chunk = new Set(ids.slice(at, at + DESKTOPS_A_CALL));
      void this.#readTogether(
        [...chunk],
        askers.filter((asker) => chunk.has(asker.desktopId)),
      );
    }
  }

  async #readTogether(ids: readonly string[], askers: readonly Asker[]): Promise<void> {
    const listed = ids.length === 1 ? new Map<string, Desktop>() : await this.#list(ids, askers);
    await Promise.all(
      ids.map(async (id) => {
        const same = askers.filter((asker) => asker.desktopId === id);
        try {
          const desktop = listed.get(id);
          const proven = desktop?.dataVolumes !== undefined && desktop.status !== "DELETED";
          const sight = proven ? sightOf(desktop) : await look(this.client, id, longest(same));
          for (const asker of same) asker.resolve(sight);
        } catch (error) {
          for (const asker of same) asker.reject(error as Error);
        }
      }),
    );
  }

  async #list(ids: readonly string[], askers: readonly Asker[]): Promise<Map<string, Desktop>> {
    try {
      // Whoever is listed can be asked for singly: for a list, nobody's whole time is spent.
      const all = longest(askers);
      const patience = { ...all, remaining: () => Math.min(LIST_TIMEOUT_MS, all.remaining()) };
      const desktops = await listDesktops(this.client, ids, patience, LIST_TRIES);
      return new Map(desktops.map((desktop) => [desktop.desktopId, desktop]));
    } catch (error) {
      this.client.log.debug(`the list of desktops failed, each is asked for: ${String(error)}`);
      return new Map();
    }
  }
}

/** As patient as the most patient of them. */
function longest(askers: readonly Asker[]): Patience {
  const all = askers.map((asker) => asker.patience);
  return {
    remaining: () => Math.max(0, ...all.map((patience) => patience.remaining())),
    // Reads are short; one that nobody waits for any more ends with its own time-out.
    signal: all.length === 1 && all[0] !== undefined ? all[0].signal : new AbortController().signal,
    note: (seen) => {
      for (const patience of all) patience.note(seen);
    },
  };
}
