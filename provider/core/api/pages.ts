import type { Waiter } from "../operation";
import type { Query, WorkspaceClient } from "./client";
import { type Answer, list, missing, number } from "./response";

/** A list that has not ended after so many pages never will. */
const MAX_PAGES = 500;

/** One item of a list, with the answer that it came in. */
export interface Item {
  answer: Answer;
  value: unknown;
}

/** A list as far as it could be read. */
export interface Pages {
  items: readonly Item[];
  /** Whether it was read to its end and adds up: nothing that is missing was skipped. */
  complete: boolean;
  /** Its `total_count`, where the last answer had one. */
  total: number | undefined;
  /** The last answer, also where it had no items. */
  last: Answer;
}

/**
 * Reads a list page by page, by what came back and not by what was asked for,
 * until its `total_count` is reached, a page is empty, or a page brings nothing
 * new. `keyOf` tells items apart: a service that ignores `offset` repeats them.
 * A list that is empty may be absent. Throws `ApiError`.
 */
export async function readPages(
  client: WorkspaceClient,
  request: { path: string; query: Query; field: string; atMost?: number },
  keyOf: (item: Item) => string,
  waiter: Waiter,
): Promise<Pages> {
  const { path, query, field, atMost = Infinity } = request;
  const items = new Map<string, Item>();
  let offset = 0;
  for (let pages = 1; ; pages++) {
    const answer = await client.read(path, { ...query, offset }, waiter, { atMost });
    const total = number(answer.body.total_count);
    const page = list(answer.body[field]) ?? (total === undefined ? undefined : []);
    if (page === undefined) throw missing(answer, `it has no list "${field}"`);
    const known = items.size;
    for (const value of page) items.set(keyOf({ answer, value }), { answer, value });
    offset += page.length;
    const ended = total === undefined ? page.length === 0 : offset >= total;
    if (ended || page.length === 0 || items.size === known || pages === MAX_PAGES) {
      const complete = ended && items.size >= (total ?? 0);
      return { items: [...items.values()], complete, total, last: answer };
    }
  }
}
