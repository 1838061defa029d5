import { CoreError } from "../core/errors";
import { type Configured, type InstanceOptions, ProviderInstance } from "./instance";
import { Resources } from "./resources";

const CALL = "A call of the engine";

/** An instance, and the engine's calls for its resources. */
export interface Connected {
  readonly instance: ProviderInstance;
  readonly resources: Resources;
}

/**
 * Which provider instance a call is for. No call for a resource names one: the
 * connection stands for it, because the engine opens one for each instance. A
 * call that cannot be assigned is refused. With the credentials of another
 * instance it could add or delete disks of another account.
 */
export class Connections {
  /** By the address of the engine's end. */
  readonly #byPeer = new Map<string, Connected>();

  constructor(private readonly options: InstanceOptions) {}

  /** All instances of the process. */
  get all(): readonly Connected[] {
    return [...new Set(this.#byPeer.values())];
  }

  /** A handshake: a new instance, without the cancellation of an earlier one. Throws HWD1206 while it would take the place of one in use. */
  begin(peer: string): Connected {
    const known = this.#byPeer.get(peer)?.instance;
    if (known?.configured !== undefined && known.halted() === undefined)
      throw unassigned("A handshake", `${titleOf(known.configured)} already uses this connection`);
    return this.#connect(peer);
  }

  /** The instance of this connection, configured or not; a new one for a connection that is new. */
  of(peer: string): Connected {
    return this.#byPeer.get(peer) ?? this.#connect(peer);
  }

  /** Configures the instance of this connection. Throws HWD1206 where it is configured already. */
  configure(peer: string, configured: Configured): void {
    const [only, ...others] = this.all;
    const isReturning = others.length === 0 && only?.instance.configured === undefined;
    const { instance } = (isReturning ? this.#returned(peer, only) : undefined) ?? this.of(peer);
    if (instance.configured !== undefined) {
      const why = `the connection is configured for ${titleOf(instance.configured)} already`;
      throw unassigned(`Configuring ${titleOf(configured)}`, why);
    }
    instance.configure(configured);
  }

  /** The configured instance that a call is for. Throws HWD1206 where that is not clear. */
  configured(peer: string): Connected {
    const known = this.#byPeer.get(peer) ?? this.#returned(peer, this.#onlyConfigured());
    if (known?.instance.configured !== undefined) return known;
    throw unassigned(CALL, "the connection has no configuration");
  }

  /** The instance that a cancellation is for; it may come before the configuration. Throws HWD1206 where that is not clear. */
  cancelled(peer: string): Connected {
    const known = this.#byPeer.get(peer) ?? this.#returned(peer, this.#onlyConfigured() ?? this.all[0]);
    return known ?? this.#connect(peer);
  }

  #onlyConfigured(): Connected | undefined {
    const [only, ...others] = this.all.filter(({ instance }) => instance.configured !== undefined);
    if (others.length === 0) return only;
    const count = others.length + 1;
    throw unassigned(CALL, `the connection has no configuration, and the plugin serves ${count} providers`);
  }

  /** After a long silence the engine opens a connection again, without another handshake. */
  #returned(peer: string, connected: Connected | undefined): Connected | undefined {
    if (connected !== undefined) this.#byPeer.set(peer, connected);
    return connected;
  }

  #connect(peer: string): Connected {
    const instance = new ProviderInstance(this.options);
    const connected = { instance, resources: new Resources(instance) };
    this.#byPeer.set(peer, connected);
    return connected;
  }
}

function titleOf({ urn = "", isDefault }: Configured): string {
  const name = urn.split("::").at(-1);
  return name === undefined || name === ""
    ? `${isDefault ? "the default" : "a"} provider`
    : `provider ${name}`;
}

function unassigned(failed: string, why: string): CoreError {
  return new CoreError({ code: "HWD1206", failed, why, now: "No call was made to the service" });
}
