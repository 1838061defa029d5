import type { Ended } from "./machine";

/** What happens to a branch that is an environment: a change to it is proposed, it is pushed to, it is deleted; or somebody recovers it by hand. */
export type BranchEvent = "change" | "merge" | "gone" | "recover";

/** What a job finds beside its checkout: what people set up once in their CI system. */
export interface Surroundings {
  /** Where state is kept. */
  readonly backendUrl: string;
  readonly passphrase: string;
  /** What the CI system's identity token is for this job. */
  readonly identityToken: string;
  /** Where the emulated cloud is. */
  readonly env: NodeJS.ProcessEnv;
  /** Files that the branch has and the default branch has not. */
  readonly files: Readonly<Record<string, string>>;
}

/** The pipelines of one CI system. */
export interface Pipelines {
  /** The identity provider that IAM knows the system by. */
  readonly identity: string;
  /** Runs what the event asks for. `without` leaves steps out, by what they run. Nothing to run: undefined. */
  run(
    event: BranchEvent,
    branch: string,
    surroundings: Surroundings,
    without?: readonly string[],
  ): Promise<Ended | undefined>;
}
