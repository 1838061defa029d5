/** Who we are: everything that the rest of the provider may use of this room. */
export { CredentialsError, type CredentialsReason, type Problem } from "./errors";
export { ConnectionError, type HttpRequest, type HttpResponse, type Send } from "./http";
export { readOptions, type Options } from "./options";
export type { Place } from "./place";
export type { Session } from "./session";
export { Sessions } from "./sessions";
export { configNamespace, settings, type Setting, type SettingName } from "./settings";
export type { Sources } from "./sources";
