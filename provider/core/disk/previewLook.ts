import type { Api, WorkspaceClient } from "../api/client";
import { type Desktop, type Gone, listDesktops, MAX_DESKTOPS_PER_CALL, showDesktop } from "../api/desktops";
import { idKey } from "../api/response";
import type { Place } from "../auth/place";
import type { VolumeOwnership } from "../desktop/ownership";
import { describeVolumes, howToAdopt } from "../desktop/volumesInWords";
import { CoreError, CredentialsError, sentence, StoppedError } from "../errors";
import type { Call, Clock, Log } from "../host";
import { mergeWaiters, type OperationContext, runOperation, type Waiter } from "../operation";
import type { Refusal } from "./inputs";
import { mayBeLost, needsLook, refusalsOf, type Tally, type Wish } from "./previewVerdict";

/** How long a preview may take to look at a desktop, signing in included, in ms. Without an answer nothing is refused. */
const LOOK_TIMEOUT_MS = 10_000;
/** Resources that ask within this time, in ms, share a list call. */
const WINDOW_MS = 10;

/** What resources want of a desktop in a place. */
export interface Asked {
  desktopId: string;
  place: Place;
  wish: Wish;
  /** Other desktops of the program: they are read with the same call. */
  also: readonly string[];
}

/**
 * Looks at desktops for previews: each once, up to a hundred with one call. What
 * would be refused is read a second time by itself, because lists lag and omit.
 * The answers serve for refusals alone: a change reads anew.
 */
export class PreviewLook {
  readonly #tallies = new Map<string, Tally>();
  readonly #lists = new Map<WorkspaceClient, ListedOnce>();
  readonly #shown = new Map<string, Promise<Desktop | Gone>>();
  /** Places that gave no answer: they are not asked again. */
  readonly #silent = new Set<string>();
  readonly #warned = new Set<string>();

  constructor(
    private readonly parts: { readonly api: Api; clock: Clock; log: Log; ownership: VolumeOwnership },
  ) {}

  /** A run has begun: what a preview before it saw and counted is no longer true. */
  forget(): void {
    this.#tallies.clear();
    this.#lists.clear();
    this.#shown.clear();
    this.#silent.clear();
  }

  /** Disks leave a desktop, as far as a preview shows. */
  noteLeaving(desktopId: string, disks: number): void {
    this.#note(desktopId, { adds: 0, frees: disks });
  }

  /** Why a run could not do this. Says nothing of what no answer proves; a service that cannot be reached is a warning. */
  async refusals(call: Call, { desktopId, place, wish, also }: Asked): Promise<Refusal[]> {
    const { api, clock } = this.parts;
    const all = this.#note(desktopId, { adds: wish.adds.length, frees: wish.frees });
    const placeKey = JSON.stringify(place);
    if (!api.options.lookAtPreview || !needsLook(wish) || this.#silent.has(placeKey)) return [];
    const limited = { ...call, timeoutMs: LOOK_TIMEOUT_MS, timeoutSetBy: "the package, for previews" };
    try {
      return await runOperation(limited, { title: "Looking at desktops" }, clock, async (operation) => {
        const client = await api.open(place, operation);
        const { session } = client;
        const listed = await this.#listOf(client).see([desktopId, ...also], operation);
        if (refusalsOf(listed, wish, all, session).length === 0) {
          if (listed?.gone === false) this.#warnOfLost(listed, wish);
          return [];
        }
        return refusalsOf(await this.#show(client, desktopId, operation), wish, all, session);
      });
    } catch (error) {
      if (error instanceof CredentialsError && REFUSING.includes(error.reason)) {
        return [{ property: "", reason: `${sentence(error.why)} ${error.next}`, code: error.code }];
      }
      this.#silent.add(placeKey);
      this.#warn(error);
      return [];
    }
  }

  #note(desktopId: string, { adds, frees }: Tally): Tally {
    const tally = this.#tallies.get(idKey(desktopId)) ?? { adds: 0, frees: 0 };
    tally.adds += adds;
    tally.frees += frees;
    this.#tallies.set(idKey(desktopId), tally);
    return tally;
  }

  #listOf(client: WorkspaceClient): ListedOnce {
    const list = this.#lists.get(client) ?? new ListedOnce(client);
    this.#lists.set(client, list);
    return list;
  }

  #show(client: WorkspaceClient, desktopId: string, operation: OperationContext): Promise<Desktop | Gone> {
    const key = `${client.session.key} ${idKey(desktopId)}`;
    const shown = this.#shown.get(key) ?? showDesktop(client, desktopId, operation);
    this.#shown.set(key, shown);
    return shown;
  }

  /** What a run that was cut off has bought is in no state: the next one would buy it again. */
  #warnOfLost(seen: Desktop, wish: Wish): void {
    const { ownership, clock, log } = this.parts;
    const lost = mayBeLost(seen, wish, (volumeId) => ownership.isSpokenFor(volumeId), clock.now());
    const [first] = lost;
    if (first === undefined || this.#isSaid(`lost ${lost.map(({ volumeId }) => volumeId).join(" ")}`)) return;
    log.warn(
      `desktop ${seen.computerName} has ${describeVolumes(lost)} of the last day, of the same type and size as a disk that this run adds, ` +
        `and this preview has seen no resource that has it. If an earlier run was cut off, it may be its disk, and this run would buy another one: ` +
        `run "npx pulumi-huaweicloud-workspace orphans" first. ${howToAdopt(first.volumeId)}.`,
    );
  }

  #warn(error: unknown): void {
    if (error instanceof StoppedError) return;
    const why = error instanceof CoreError ? `${sentence(error.why)} [${error.code}]` : String(error);
    if (this.#isSaid(why)) return;
    this.parts.log.warn(`the preview could not look at the desktops, and refuses nothing for it: ${why}`);
  }

  #isSaid(text: string): boolean {
    const isSaid = this.#warned.has(text);
    this.#warned.add(text);
    return isSaid;
  }
}

/** What is certain of credentials: the run would fail as well. */
const REFUSING: readonly CredentialsError["reason"][] = ["refused", "expired", "project"];

/** ListDesktopsDetail for the desktops of one project, each at most once. */
class ListedOnce {
  readonly #asked = new Map<string, Promise<Desktop | undefined>>();
  #last: Promise<unknown> = Promise.resolve();
  #round: { ids: string[]; waiters: Waiter[]; found: Promise<ReadonlyMap<string, Desktop>> } | undefined;

  constructor(private readonly client: WorkspaceClient) {}

  /** The first of these desktops as a list shows it; the others are asked for with it. Throws as `listDesktops`. */
  see([desktopId = "", ...also]: readonly string[], waiter: Waiter): Promise<Desktop | undefined> {
    const known = this.#asked.get(idKey(desktopId));
    if (known !== undefined) return known;
    this.#round ??= this.#begin();
    const { ids, waiters, found } = this.#round;
    waiters.push(waiter);
    for (const one of [desktopId, ...also]) {
      const key = idKey(one);
      if (this.#asked.has(key)) continue;
      ids.push(one);
      const shown = found.then((all) => all.get(key));
      // The program may never ask for this one: its failure is told with the desktop that was asked for.
      shown.catch(() => undefined);
      this.#asked.set(key, shown);
    }
    return this.#asked.get(idKey(desktopId)) ?? Promise.resolve(undefined);
  }

  #begin() {
    const [ids, waiters]: [string[], Waiter[]] = [[], []];
    // What comes while a list is on its way goes into the next one: an engine brings some at a time.
    const found = Promise.all([this.client.clock.sleep(WINDOW_MS), this.#last]).then(() => {
      this.#round = undefined;
      return this.#list(ids, mergeWaiters(waiters));
    });
    this.#last = found.catch(() => undefined);
    return { ids, waiters, found };
  }

  async #list(
    ids: readonly string[],
    waiter: ReturnType<typeof mergeWaiters>,
  ): Promise<ReadonlyMap<string, Desktop>> {
    try {
      const chunks = Array.from({ length: Math.ceil(ids.length / MAX_DESKTOPS_PER_CALL) }, (_, n) =>
        ids.slice(n * MAX_DESKTOPS_PER_CALL, (n + 1) * MAX_DESKTOPS_PER_CALL),
      );
      const lists = await Promise.all(chunks.map((chunk) => listDesktops(this.client, chunk, waiter)));
      return new Map(
        lists.flatMap(({ found }) => [...found].map(([id, desktop]) => [idKey(id), desktop] as const)),
      );
    } finally {
      waiter.release();
    }
  }
}
