/** A token of the emulator's own user, as a pipeline would get it before a run. */
export async function tokenOf(url: string, projectId: string): Promise<string> {
  const user = { name: "emulator", password: "Emulator-Password-1", domain: { name: "emulator" } };
  const identity = { methods: ["password"], password: { user } };
  const answer = await fetch(`${url}/v3/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ auth: { identity, scope: { project: { id: projectId } } } }),
  });
  const token = answer.headers.get("x-subject-token");
  if (token === null) throw new Error(`the emulator gave no token: ${answer.status} ${await answer.text()}`);
  return token;
}
