import { newToken } from "../tests/auth/token";

/** A token of the emulator's own user, as a pipeline would get it before a run. */
export async function tokenOf(url: string, projectId: string): Promise<string> {
  return (await newToken(url, projectId)).token;
}
