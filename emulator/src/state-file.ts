import {
  access,
  constants,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  type FileHandle,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { crc32 } from "node:zlib";
import { lockFile, type FileLock } from "./file-lock";
import type { Entry } from "./keeper";
import { StoredWorld } from "./stored-world";

/** A state file that cannot be used. It is left as it is. */
export class BadStateFile extends Error {
  constructor(path: string, problem: string, cause?: unknown) {
    super(`The state file ${path} ${problem}`, { cause });
    this.name = "BadStateFile";
  }
}

const format = 1;
const signature = '{"huaweicloud-workspace-emulator":"state"';
const instead = "It was not changed. Remove it to start a new world, or give another name.";
/** Records of one line, when a file is written anew. */
const lineEntries = 500;

/**
 * The first line, always of the same length. It says how much of the file
 * was complete when an answer left: a shorter file has lost something.
 */
function header(length: number): string {
  return `${signature},"format":${format},"length":"${String(length).padStart(16, "0")}"}\n`;
}
const headerBytes = Buffer.byteLength(header(0));

/** A line of records with its checksum: all of them count, or none. */
function lineOf(entries: readonly Entry[]): Buffer {
  const json = JSON.stringify(entries);
  return Buffer.from(`${checksum(json)} ${json}\n`);
}

function checksum(text: string | Buffer): string {
  return crc32(text).toString(16).padStart(8, "0");
}

/**
 * A file that records are added to. A record is on the disk before `append`
 * resolves, and the header names its end after that. So a process can be
 * killed at any moment: what is behind the named end is complete, or was
 * never answered.
 */
export class StateFile {
  private constructor(
    readonly path: string,
    private readonly lock: FileLock,
    private handle: FileHandle | undefined,
    private end: number,
    /** What the file had when it was opened; undefined: there was no file. */
    readonly stored: StoredWorld | undefined,
  ) {}

  /** Opens a file, or prepares a new one. Nobody else can have it until it is closed. */
  static async open(given: string): Promise<StateFile> {
    const path = await placeOf(resolve(given)).catch((error: unknown) => {
      throw new BadStateFile(given, `cannot be used: ${messageOf(error)}`, error);
    });
    const lock = await lockFile(path);
    if (!lock) throw new BadStateFile(given, "is in use by another emulator.");
    let handle: FileHandle | undefined;
    try {
      await rm(besideOf(path), { force: true });
      const bytes = await readFile(path).catch(absent);
      if (!bytes) return new StateFile(path, lock, undefined, 0, undefined);
      const { end, stored } = readWorld(given, bytes);
      handle = await open(path, "r+");
      // What is behind belongs to a change that was never answered.
      if (end < bytes.length) await handle.truncate(end);
      return new StateFile(path, lock, handle, end, stored);
    } catch (error) {
      await handle?.close();
      await lock.release();
      if (error instanceof BadStateFile) throw error;
      throw new BadStateFile(given, `cannot be used: ${messageOf(error)}`, error);
    }
  }

  /** In bytes. */
  get length(): number {
    return this.end;
  }

  /** Adds records: all of them, or, when the process is killed meanwhile, all or none. */
  async append(entries: readonly Entry[]): Promise<void> {
    const { handle } = this;
    if (!handle) throw new BadStateFile(this.path, "is not open.");
    const line = lineOf(entries);
    await writeAll(handle, line, this.end);
    await handle.datasync();
    await writeAll(handle, Buffer.from(header(this.end + line.length)), 0);
    this.end += line.length;
  }

  /** Puts a file with these records in the place of the present one. */
  async rewrite(entries: readonly Entry[]): Promise<void> {
    const fresh = besideOf(this.path);
    try {
      // Its tokens and keys are for tests, but they open the emulator.
      const handle = await open(fresh, "wx", 0o600);
      let end = headerBytes;
      try {
        for (let at = 0; at < entries.length; at += lineEntries) {
          const line = lineOf(entries.slice(at, at + lineEntries));
          await writeAll(handle, line, end);
          end += line.length;
        }
        await writeAll(handle, Buffer.from(header(end)), 0);
        await handle.sync();
      } finally {
        await handle.close();
      }
      // Some systems do not replace a file that is open.
      await this.handle?.close();
      this.handle = undefined;
      await rename(fresh, this.path);
      this.handle = await open(this.path, "r+");
      this.end = end;
    } finally {
      await rm(fresh, { force: true });
    }
    await syncFolder(dirname(this.path));
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
    await this.lock.release();
  }
}

/**
 * Where a file is, or will be: a file must have one name only, because the
 * lock goes by it. A link stays a link when the file is written anew.
 */
async function placeOf(path: string): Promise<string> {
  const linked = await readlink(path).catch(() => undefined);
  const known = await realpath(path).catch(absent);
  if (known === undefined && linked !== undefined) return placeOf(resolve(dirname(path), linked));
  const folder = await realpath(dirname(known ?? path)).catch(absent);
  if (folder === undefined) throw new Error(`there is no folder ${dirname(path)}.`);
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new Error(`the emulator must be able to write in its folder. ${messageOf(error)}`);
  });
  return join(folder, basename(known ?? path));
}

/** Where the file is written anew, before it takes the place of the present one. */
function besideOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.emulator-new`);
}

/** Reads records. What is damaged, or not of the emulator, is refused. */
function readWorld(path: string, bytes: Buffer): { end: number; stored: StoredWorld } {
  if (bytes.length === 0) throw new BadStateFile(path, `is empty. ${instead}`);
  const first = bytes.subarray(0, headerBytes).toString("latin1");
  const [, found, length] = /^\{.*"format":(\d+),"length":"(\d{16})"\}\n$/.exec(first) ?? [];
  if (!first.startsWith(signature))
    throw new BadStateFile(path, `was not written by this emulator. ${instead}`);
  if (found !== undefined && Number(found) !== format)
    throw new BadStateFile(path, `has format ${found}, and this version reads format ${format}. ${instead}`);
  if (length === undefined) throw new BadStateFile(path, `is damaged in its first line. ${instead}`);
  const answered = Number(length);
  if (bytes.length < answered) {
    const had = `has ${bytes.length} bytes, and had ${answered} when its last change was answered`;
    throw new BadStateFile(path, `is incomplete: it ${had}. ${instead}`);
  }
  const stored = new StoredWorld();
  let end = headerBytes;
  for (;;) {
    const entries = readLine(bytes, end);
    if (!entries) break;
    for (const entry of entries.found) stored.add(entry);
    end = entries.end;
  }
  if (end < answered) throw new BadStateFile(path, `is damaged at byte ${end}. ${instead}`);
  return { end, stored };
}

function readLine(bytes: Buffer, start: number): { found: readonly Entry[]; end: number } | undefined {
  const newline = bytes.indexOf("\n", start);
  if (newline === -1) return undefined;
  const json = bytes.subarray(start + 9, newline);
  if (bytes.subarray(start, start + 9).toString("latin1") !== `${checksum(json)} `) return undefined;
  return { found: JSON.parse(json.toString()) as Entry[], end: newline + 1 };
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Makes a rename last through a power cut, on systems whose folders can be opened. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
