/**
 * The known name that is meant most likely, for "did you mean …?": the same
 * but for case and punctuation, or one that differs in at most a third of its
 * letters. Undefined where nothing comes near.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  // A name may be as long as its author likes; known ones are short.
  const plain = normalised(name.slice(0, 100));
  const rated = known
    .map((one) => ({ one, distance: editDistance(plain, normalised(one)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = rated[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.one.length / 3))
    ? best.one
    : undefined;
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Insertions, deletions, replacements, and two neighbours swapped, each count as one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(distance);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
