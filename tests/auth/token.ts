/** Whose token is asked for, by name and password. */
export interface TokenUser {
  readonly name: string;
  readonly password: string;
  /** The name of the account. */
  readonly domain: string;
}

const emulatorUser: TokenUser = { name: "emulator", password: "Emulator-Password-1", domain: "emulator" };

/**
 * A token for a project, as somebody else would get it before a run, and when
 * it ends.
 *
 * @param url where IAM is
 * @param user Default: the emulator's own.
 */
export async function newToken(
  url: string,
  projectId: string,
  { name, password, domain }: TokenUser = emulatorUser,
): Promise<{ token: string; end: string }> {
  const user = { name, password, domain: { name: domain } };
  const identity = { methods: ["password"], password: { user } };
  const answer = await fetch(`${url}/v3/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ auth: { identity, scope: { project: { id: projectId } } } }),
  });
  const token = answer.headers.get("x-subject-token");
  if (token === null) throw new Error(`${url} gave no token: ${answer.status} ${await answer.text()}`);
  const { token: facts } = (await answer.json()) as { token: { expires_at: string } };
  return { token, end: facts.expires_at };
}
