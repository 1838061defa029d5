/** Once nothing goes wrong any more: refresh and up must make everything as declared, and destroy must remove it. */
import type { Stack } from "../engine/stack";
import type { EndingCommand } from "../judge/record";
import { DESKTOPS } from "../world/desktops";
import { MINUTE } from "../world/world";
import type { History } from "./history";

/** After so long a process without an engine has ended, in ms: it finishes what was sent, and begins nothing new. */
const ORPHAN_MS = 40 * MINUTE;
/** The most data disks of a desktop. */
const ROOM = 10;
/** Two jobs in a row may lag for three reads each. */
const READS_LAG_AT_MOST = 6;

/**
 * Lets everything calm down, then runs the ending of each stack. Desktops that
 * were deleted, or on which a job never ends, are taken out of programs and
 * states before, as a person would: nothing can be done there any more.
 */
export async function end(history: History): Promise<void> {
  const { world, stacks } = history;
  history.forgetLater();
  world.calmDown();
  await world.time.pass(history.hasOrphans ? ORPHAN_MS : 2 * MINUTE);
  for (const process of stacks.flatMap(({ processes }) => processes)) process.kill();
  await world.catchUp(READS_LAG_AT_MOST);
  for (const desktop of DESKTOPS.filter((id) => world.isDeleted(id) || world.isStuck(id)))
    for (const stack of stacks) stack.leave(desktop);
  // Its job may be anybody's where the job list leaves desktops out.
  if (world.draw.dialects.includes("sparse-sub-jobs") && DESKTOPS.some((id) => world.isStuck(id)))
    for (const stack of stacks) stack.leaveUnfinished();
  for (const stack of stacks) bePatient(stack);
  for (const stack of stacks) await command(history, stack, "refresh");
  for (const stack of stacks) {
    dropWhatCannotBeAdopted(history, stack);
    takeOverSizes(history, stack);
  }
  dropWhatHasNoRoom(history);
  for (const stack of stacks) {
    // The stack before may have deleted or grown what this one has adopted, too.
    if (stack !== stacks[0]) {
      await world.time.pass(MINUTE);
      await command(history, stack, "refresh");
    }
    dropWhatCannotBeAdopted(history, stack);
    takeOverSizes(history, stack);
    await command(history, stack, "up");
  }
  for (const stack of stacks) await command(history, stack, "second up");
  for (const stack of stacks) {
    for (const wanted of stack.program.wanted.values()) wanted.deletionProtection = false;
    await command(history, stack, "up without protection");
    await command(history, stack, "destroy");
  }
}

async function command(history: History, stack: Stack, name: EndingCommand["command"]): Promise<void> {
  const { world, recorder } = history;
  const startedAt = recorder.now();
  const run = { command: name === "refresh" || name === "destroy" ? name : ("up" as const), pace: 0 };
  const ended = await world.time.until(stack.run(run));
  recorder.ending({
    stack: stack.name,
    command: name,
    startedAt,
    endedAt: recorder.now(),
    outcomes: ended.map(({ error, ...rest }) => ({ ...rest, ...(error && { error: error.message }) })),
    declared: stack.program.declares(),
    held: stack.holdings(),
    truth: world.disks(),
  });
}

/** Nothing is short of time any more, nothing that may be gone is looked up, and replacing is allowed. */
function bePatient({ program, held, replaced }: Stack): void {
  program.lookups = [];
  for (const wanted of program.wanted.values()) {
    wanted.timeout = undefined;
    wanted.allowReplace = true;
    if (wanted.deletionPolicy !== undefined) wanted.deletionPolicy = "delete";
  }
  for (const { outs } of [...held.values(), ...replaced]) delete outs.timeouts;
}

function dropWhatCannotBeAdopted({ world }: History, { program }: Stack): void {
  for (const [place, { existingVolumeId }] of program.wanted)
    if (existingVolumeId !== undefined && !world.isThere(existingVolumeId)) program.wanted.delete(place);
}

/** A disk that somebody else has made larger cannot shrink: a person writes its new size into the program. */
function takeOverSizes({ world }: History, stack: Stack): void {
  const real = world.disks();
  for (const [place, wanted] of stack.program.wanted) {
    const id = wanted.existingVolumeId ?? stack.diskAt(place)?.volumeId;
    const size = real.find(({ volumeId }) => volumeId === id)?.size ?? 0;
    if (size > wanted.size) wanted.size = size;
  }
}

/** A desktop takes ten data disks: of what is not there yet, a person leaves out what does not fit. */
function dropWhatHasNoRoom({ world, stacks }: History): void {
  const real = world.disks();
  for (const desktop of DESKTOPS) {
    let room = ROOM - real.filter((disk) => disk.desktop === desktop).length;
    for (const stack of stacks) {
      for (const [place, wanted] of stack.program.wanted) {
        const isThere = wanted.existingVolumeId !== undefined || stack.entryAt(place) !== undefined;
        // What may be there already is not left out: its protection would refuse that.
        if (wanted.desktop !== desktop || isThere || stack.isAwaited(place)) continue;
        if (room > 0) room -= 1;
        else stack.program.wanted.delete(place);
      }
    }
  }
}
