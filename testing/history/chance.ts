/** Runs something with `Math.random` going by a seed: pauses between retries are drawn from it. */
export async function withChance<T>(seed: number, run: () => Promise<T>): Promise<T> {
  const real = Math.random;
  let state = seed >>> 0;
  // Mulberry32
  Math.random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  try {
    return await run();
  } finally {
    Math.random = real;
  }
}
