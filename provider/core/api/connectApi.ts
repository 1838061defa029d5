import { type Options, readOptions } from "../auth/options";
import type { Place } from "../auth/place";
import { Sessions } from "../auth/sessions";
import { sourcesOf } from "../auth/sources";
import type { Host, Send } from "../host";
import type { Waiter } from "../operation";
import { WorkspaceClient } from "./client";
import { Limiter, REQUESTS_PER_SECOND } from "./limiter";
import type { TransportOptions } from "./transport";

/** Everything that calls of one process share: sessions, one rate limit, one transport. */
export interface Api {
  sessions: Sessions;
  /** Settings about how calls are made. */
  options: Options;
  /** The client for a place; the same one for the same account and project. Throws as `Sessions.open`. */
  open(place: Place, waiter: Waiter): Promise<WorkspaceClient>;
}

/** Reads the settings of the host. Makes no call. */
export function connectApi(host: Host): Api {
  const { clock, log, env } = host;
  const sources = sourcesOf(host);
  const options = readOptions(sources);
  const { insecure, ca, maxRetries, requestsPerSecond } = options;
  const transport: TransportOptions = {
    insecure,
    env,
    ...(ca === undefined ? {} : { ca }),
    ...(host.userAgent === undefined ? {} : { userAgent: host.userAgent }),
  };
  const send = host.send ?? loadedOnFirstUse(transport);
  const sessions = new Sessions(sources, send, clock, log);
  const limiter = new Limiter(clock, requestsPerSecond ?? REQUESTS_PER_SECOND);
  const parts = { send, clock, log, limiter, ...(maxRetries === undefined ? {} : { maxRetries }) };
  const clients = new Map<string, WorkspaceClient>();
  return {
    sessions,
    options,
    open: async (place, waiter) => {
      const session = await sessions.open(place, waiter);
      const client = clients.get(session.key) ?? new WorkspaceClient(session, parts);
      clients.set(session.key, client);
      return client;
    },
  };
}

/** The transport brings axios, which takes longer to load than all the rest: a preview does not need it. */
function loadedOnFirstUse(options: TransportOptions): Send {
  let loaded: Promise<Send> | undefined;
  return async (request) => {
    loaded ??= import("./transport.js").then(({ createTransport }) => createTransport(options));
    return (await loaded)(request);
  };
}
