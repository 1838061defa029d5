/** Adapter to the present provider: the only file here that imports its inner modules. */
import { Sessions } from "../provider/auth";
import { sources } from "../provider/auth/testing/world";
import { Holdings } from "../provider/desktop/holdings";
import { Projects } from "../provider/desktop/project";
import { Quiet } from "../provider/desktop/quiet";
import { attachmentKind } from "../provider/disk/attachmentKind";
import { Claims } from "../provider/disk/claims";
import { desktopDisksKind } from "../provider/disk/desktopDisksKind";
import { dynamicProvider } from "../provider/dynamicProvider";
import { Clients } from "../provider/workspace/clients";
import { Limiter } from "../provider/workspace/limiter";
import type { ProviderHost, ProviderProcess, ProviderUnderTest } from "./provider";

/** One process of the provider as it is today. */
function makeProvider({ env, clock, send, log, halted }: ProviderHost): ProviderProcess {
  const sessions = new Sessions(sources({ env: { ...env } }), send, clock, log);
  const clients = new Clients(sessions, { send, clock, log, limiter: new Limiter(clock) });
  const quiet = new Quiet(clock);
  const holdings = new Holdings();
  const projects = new Projects(clients, {
    quiet,
    holdings,
    audit: (record) => {
      log.info(JSON.stringify(record));
    },
    show: (_desktop, line) => {
      log.info(line);
    },
    mayStart: () => {
      const reason = halted();
      if (reason !== undefined) throw reason;
    },
  });
  const parts = { projects, holdings, claims: new Claims(), clock, log, enterpriseProjectId: undefined };
  const runtime = {
    configure: () => Promise.resolve(parts),
    ready: () => Promise.resolve(parts),
    arrived: (joins: boolean) => {
      quiet.noteArrival(joins);
    },
    left: () => undefined,
  };
  return {
    attachment: dynamicProvider(runtime, attachmentKind),
    disks: dynamicProvider(runtime, desktopDisksKind),
  };
}

export const todaysProvider: ProviderUnderTest = { make: makeProvider, knowsDeletionPolicy: false };
