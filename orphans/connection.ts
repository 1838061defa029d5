import { type Clock, Projects } from "./providerRoom";
import { Holdings } from "../provider/desktop/holdings";
import { Quiet } from "../provider/desktop/quiet";
import { consoleLog, type Log } from "../provider/log";
import { connect } from "../provider/workspace/connect";

/** The service, and the pace at which it is asked. */
export interface Service {
  projects: Projects;
  clock: Clock;
  /** Another question comes: those that come in the same moment share their calls. */
  arrived(): void;
}

/**
 * The service, to be looked at only. Credentials come from the environment and
 * the shared configuration file: there is no stack configuration here.
 */
export function connectToLook(env: NodeJS.ProcessEnv, clock: Clock): Service {
  const toConsole = consoleLog(env);
  // Standard output is the result's alone.
  const log: Log = {
    ...toConsole,
    info: (message) => {
      console.error(message);
    },
  };
  const { clients } = connect({ config: () => undefined, env, clock, log });
  const quiet = new Quiet(clock);
  const projects = new Projects(clients, {
    quiet,
    holdings: new Holdings(),
    audit: () => undefined,
    show: () => undefined,
    mayStart: () => {
      throw new Error("this command changes nothing");
    },
  });
  const arrived = () => {
    quiet.noteArrival();
  };
  return { projects, clock, arrived };
}
