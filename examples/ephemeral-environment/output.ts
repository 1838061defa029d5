/** Shows what the CLI writes as it comes. */
export const inSight = {
  onOutput: (text: string): void => void process.stdout.write(text),
  onError: (text: string): void => void process.stderr.write(text),
};

/** Stands for the error of a run that was in sight: that one repeats all that the CLI has written. */
export function failedInSight(operation: string): () => never {
  return () => {
    throw new Error(`pulumi ${operation} failed, see above`);
  };
}
