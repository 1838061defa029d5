/** Runs all contenders in turn, round by round, so that a busy moment of the machine hits all alike. */
export async function inTurn<C, R>(
  contenders: readonly C[],
  rounds: number,
  once: (contender: C, round: number) => Promise<R>,
): Promise<{ contender: C; runs: R[] }[]> {
  const all = contenders.map((contender) => ({ contender, runs: [] as R[] }));
  for (let round = 1; round <= rounds; round++) {
    for (const { contender, runs } of all) runs.push(await once(contender, round));
  }
  return all;
}
