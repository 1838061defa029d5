import type { Desktop } from "./desktops";
import type { Dialects } from "./dialects";
import type { Job } from "./jobs";
import type { Entry, Keeper } from "./keeper";
import { storedDesktop, storedJob, type StoredDesktop, type StoredLeaving } from "./project-records";

/** A desktop that has been deleted, while some reads still show it. */
export interface Leaving {
  readonly desktop: Desktop;
  /** Emulator time of its end. */
  readonly at: number;
}

/** What a project has at the moment, by id. */
export interface Present {
  readonly now: () => number;
  readonly desktop: (id: string) => Desktop | undefined;
  readonly leaving: (id: string) => Leaving | undefined;
  readonly job: (id: string) => Job | undefined;
}

/** Tells a keeper what has changed in a project. What it is then is looked up when it is written. */
export class ProjectKeeping {
  /** @param id of the project */
  constructor(
    private readonly id: string,
    private readonly dialects: Dialects,
    private readonly keeper: Keeper,
    private readonly present: Present,
  ) {}

  noteDesktop(id: string): void {
    this.keeper.note("desktop", this.keyOf(id), () => {
      const desktop = this.present.desktop(id);
      return desktop && this.storedDesktop(desktop);
    });
  }

  noteLeaving(id: string): void {
    this.keeper.note("leaving", this.keyOf(id), () => {
      const leaving = this.present.leaving(id);
      return leaving && this.storedLeaving(leaving);
    });
  }

  noteJob(id: string): void {
    this.keeper.note("job", this.keyOf(id), () => {
      const job = this.present.job(id);
      return job && storedJob(job, this.id);
    });
  }

  /** All of it as it goes to a state file. */
  *stored(
    desktops: Iterable<Desktop>,
    leaving: Iterable<readonly [string, Leaving]>,
    jobs: Iterable<Job>,
  ): Generator<Entry> {
    for (const desktop of desktops)
      yield ["desktop", this.keyOf(desktop.desktop_id), this.storedDesktop(desktop)];
    for (const [id, one] of leaving) yield ["leaving", this.keyOf(id), this.storedLeaving(one)];
    for (const job of jobs) yield ["job", this.keyOf(job.id), storedJob(job, this.id)];
  }

  private storedDesktop(desktop: Desktop): StoredDesktop {
    return storedDesktop(desktop, this.dialects, this.present.now());
  }

  private storedLeaving({ desktop, at }: Leaving): StoredLeaving {
    return { desktop: this.storedDesktop(desktop), at };
  }

  private keyOf(id: string): string {
    return JSON.stringify([this.id, id]);
  }
}
