/** Someone who waits for a point in emulator time. */
interface Sleeper {
  readonly due: number;
  readonly wake: (came: boolean) => void;
  timer: NodeJS.Timeout | undefined;
}

/** Something that is done at a point in emulator time. */
interface Alarm {
  readonly due: number;
  readonly ring: () => void;
}

/** How emulator time goes: with the wall's, or only when it is moved by hand. */
export type ClockMode = "real" | "manual";

/** A clock in a state file. */
export interface StoredClock {
  mode: ClockMode;
  /** How far it is ahead of the wall's, while it goes with it. */
  offset: number;
  /** What it shows while it stands. */
  stopped_at: number;
  skew_ms: number;
}

/**
 * Emulator time, in ms since 1970. Jobs, lifetimes and durations of faults go
 * by it. Everything is worked out when it is asked for, so moving the clock is
 * all that is needed to make a job end.
 */
export class Clock {
  private readonly sleepers = new Set<Sleeper>();
  private readonly alarms = new Set<Alarm>();
  private alarmTimer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly wall: () => number;
  private currentMode: ClockMode = "real";
  private offset = 0;
  private stoppedAt = 0;

  /** @param wall the time of day in ms since 1970; default: the machine's */
  constructor(wall: () => number = Date.now, mode: ClockMode = "real") {
    this.wall = wall;
    this.setMode(mode);
  }

  get mode(): ClockMode {
    return this.currentMode;
  }

  now(): number {
    return this.currentMode === "manual" ? this.stoppedAt : this.wall() + this.offset;
  }

  /** Stops the clock where it is (`manual`) or lets it go on from there (`real`). */
  setMode(mode: ClockMode): void {
    if (mode === this.currentMode) return;
    const now = this.now();
    this.currentMode = mode;
    this.stoppedAt = now;
    this.offset = now - this.wall();
    this.arm();
  }

  stored(): Omit<StoredClock, "skew_ms"> {
    return { mode: this.currentMode, offset: this.offset, stopped_at: this.stoppedAt };
  }

  /**
   * Goes on as another clock has gone: one that goes with the wall's has gone on meanwhile.
   * @param reached it is not earlier than this, even if the wall's was set back
   */
  restore({ mode, offset, stopped_at }: Omit<StoredClock, "skew_ms">, reached: number): void {
    this.currentMode = mode;
    this.offset = Math.max(offset, reached - this.wall());
    this.stoppedAt = stopped_at;
    this.arm();
  }

  /** Moves the clock forward by so many ms, in either mode. Alarms on the way ring at their own time, in order. */
  advance(ms: number): void {
    const end = this.now() + ms;
    for (let next = this.nextAlarm(); next && next.due <= end; next = this.nextAlarm()) {
      this.forward(Math.max(0, next.due - this.now()));
      this.ring(next);
    }
    this.forward(Math.max(0, end - this.now()));
    this.arm();
  }

  /** Does something once this point in emulator time is reached. Returns what calls it off. */
  at(due: number, ring: () => void): () => void {
    if (this.closed) return () => undefined;
    const alarm = { due, ring };
    this.alarms.add(alarm);
    this.arm();
    return () => {
      this.alarms.delete(alarm);
      this.arm();
    };
  }

  /** Resolves to true once `ms` of emulator time have gone by, to false when the clock is closed before. */
  sleep(ms: number): Promise<boolean> {
    return new Promise((wake) => {
      this.sleepers.add({ due: this.now() + ms, wake, timer: undefined });
      this.arm();
    });
  }

  /** Wakes everybody who waits, and leaves no timer behind. */
  close(): void {
    this.closed = true;
    for (const sleeper of this.sleepers) {
      clearTimeout(sleeper.timer);
      sleeper.wake(false);
    }
    this.sleepers.clear();
    this.alarms.clear();
    clearTimeout(this.alarmTimer);
  }

  private forward(ms: number): void {
    if (this.currentMode === "manual") this.stoppedAt += ms;
    else this.offset += ms;
  }

  private nextAlarm(): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.alarms) if (!next || alarm.due < next.due) next = alarm;
    return next;
  }

  private ring(alarm: Alarm): void {
    this.alarms.delete(alarm);
    alarm.ring();
  }

  private armAlarms(): void {
    clearTimeout(this.alarmTimer);
    this.alarmTimer = undefined;
    if (this.currentMode === "manual") return;
    const next = this.nextAlarm();
    if (!next) return;
    const ms = Math.min(Math.max(0, next.due - this.now()), 2 ** 31 - 1);
    this.alarmTimer = setTimeout(() => {
      for (let due = this.nextAlarm(); due && due.due <= this.now(); due = this.nextAlarm()) this.ring(due);
      this.armAlarms();
    }, ms);
  }

  private arm(): void {
    this.armAlarms();
    const now = this.now();
    for (const sleeper of this.sleepers) {
      clearTimeout(sleeper.timer);
      sleeper.timer = undefined;
      if (sleeper.due <= now) {
        this.sleepers.delete(sleeper);
        sleeper.wake(true);
      } else if (this.currentMode === "real") {
        // A timer can hold 2^31-1 ms; a longer sleep is armed again on its way.
        const ms = Math.min(sleeper.due - now, 2 ** 31 - 1);
        sleeper.timer = setTimeout(() => {
          this.arm();
        }, ms);
      }
    }
  }
}
