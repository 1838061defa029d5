import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { PLACE_NAMES } from "../core/disk/inputs";
import { CoreError, type Problem } from "../core/errors";
import {
  lookUp,
  findDataDisks,
  findDesktop,
  findDesktops,
  findVolumeTypes,
  wantedDesktop,
} from "../core/lookups";
import { type LookupName, lookups } from "../core/lookupSchema";
import { nearestName } from "../core/schema";
import { isKnown, type Properties } from "../core/host";
import { Unimplemented } from "./errors";
import type { ProviderInstance } from "./instance";
import { packageName, tokenOf } from "./schema";
import { fromStruct, toStruct } from "./values";

type LookupParts = Parameters<Parameters<typeof lookUp>[3]>;

/** Each look-up: its call, and its result as the schema has it. */
const FINDERS: Readonly<
  Record<LookupName, (args: Properties, ...parts: LookupParts) => Promise<Properties>>
> = {
  getDesktop: async (args, client, waiter) => ({ ...(await findDesktop(client, args, waiter)) }),
  getDesktops: async (args, client, waiter) => ({ desktops: await findDesktops(client, args, waiter) }),
  getVolumeTypes: async (args, client, waiter) => ({
    volumeTypes: await findVolumeTypes(client, args, waiter),
  }),
  getDataDisks: async (args, client, waiter) => ({ dataDisks: await findDataDisks(client, args, waiter) }),
};

/** Runs one look-up. Reports wrong arguments by name; a refusal by the service is an error. */
export async function invoke(
  instance: ProviderInstance,
  request: proto.InvokeRequest,
): Promise<proto.InvokeResponse> {
  const name = lookupOf(request.getTok());
  const given = Object.entries(fromStruct(request.getArgs())).filter(([, value]) => isKnown(value));
  const args = Object.fromEntries(given);
  const response = new proto.InvokeResponse();
  const problems = problemsOf(name, args);
  for (const { property, reason } of problems) {
    const failure = new proto.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  if (problems.length === 0) response.setReturn(toStruct(await find(instance, name, args)));
  return response;
}

/** Runs the look-up of this name, in the place that the arguments name. */
export function find(instance: ProviderInstance, name: LookupName, args: Properties): Promise<Properties> {
  if (name === "getDesktop" || name === "getDataDisks") wantedBy(name, args);
  const place = Object.fromEntries(PLACE_NAMES.flatMap((key) => (args[key] ? [[key, args[key]]] : [])));
  return lookUp(instance.core.lookUps, name, place, (client, waiter) => FINDERS[name](args, client, waiter));
}

/** Refuses arguments that name no desktop, or two, before any call is made. */
function wantedBy(name: LookupName, args: Properties): void {
  try {
    wantedDesktop(args);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw new CoreError({ code: error.code, failed: name, why: error.why });
  }
}

function lookupOf(token: string): LookupName {
  for (const name of Object.keys(lookups) as LookupName[]) if (token === tokenOf(name)) return name;
  const known = Object.keys(lookups).map(tokenOf);
  throw new Unimplemented(`${packageName} has no function ${token}; it has ${known.join(", ")}`);
}

function problemsOf(name: LookupName, args: Properties): Problem[] {
  const known: Readonly<Record<string, { type: string }>> = lookups[name].inputs;
  return Object.entries(args).flatMap(([property, value]) => {
    const argument = Object.hasOwn(known, property) ? known[property] : undefined;
    if (argument === undefined) {
      const near = nearestName(property, Object.keys(known));
      const hint = near === undefined ? `it has ${Object.keys(known).join(", ")}` : `did you mean ${near}?`;
      return [{ property, reason: `is not an argument of ${name}; ${hint} [HWD1901]` }];
    }
    const isRight = argument.type === "texts" ? typeof value === "object" : typeof value === "string";
    const right = argument.type === "texts" ? "a map of texts" : "a text";
    return isRight ? [] : [{ property, reason: `must be ${right} [HWD1901]` }];
  });
}
