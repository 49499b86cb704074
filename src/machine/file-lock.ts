import { spawnSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { sleepMs } from '../core/clock.ts'
import type { LockHolder, LockPlace } from './lock-place.ts'
import { systemFiles } from './system-files.ts'

/** Nothing shows that the process of a file has ended. */
const lookEveryMs = 500
/** Field of /proc/PID/stat, counted from the third (proc_pid_stat(5)). */
const startField = 22 - 3

interface LockFile extends LockHolder {
  /** When its process was started, as the system reports it: another process may get its pid later. */
  processStart: string | null
}

/** The lock as a file, for systems without abstract sockets. One whose process is gone counts as free. */
export function fileLock(path: string): LockPlace {
  return {
    claim: async (own) => {
      for (;;) {
        if (placeWhole(path, { ...own, processStart: processStart(own.pid) })) {
          const release = (): void => {
            if (read(path)?.pid === own.pid) rmSync(path, { force: true })
          }
          process.once('exit', release)
          return { release }
        }
        const found = read(path)
        if (found !== undefined && isAlive(found)) return { holder: found, wait: (signal) => untilGone(path, found, signal) }
        if (found !== undefined) takeAway(path, found)
      }
    },
    holder: () => {
      const found = read(path)
      return Promise.resolve(found === undefined || !isAlive(found) ? undefined : found)
    },
  }
}

/** A link is there with all that its file holds, or not at all. False when the name is taken. */
function placeWhole(path: string, file: LockFile): boolean {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, JSON.stringify(file))
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
}

/** Takes the file of a dead process away, unless another has taken it away and placed its own by now. */
function takeAway(path: string, dead: LockFile): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (!isSame(read(aside), dead)) linkSync(aside, path)
  } catch {
    // Another was faster; the next look shows whose it is.
  } finally {
    rmSync(aside, { force: true })
  }
}

async function untilGone(path: string, holder: LockFile, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && isSame(read(path), holder) && isAlive(holder)) await sleepMs(lookEveryMs)
}

function isSame(one: LockFile | undefined, other: LockFile): boolean {
  return one?.pid === other.pid && one.since === other.since
}

function isAlive({ pid, processStart: start }: LockFile): boolean {
  return start !== null && processStart(pid) === start
}

/** Null when there is no such process. */
function processStart(pid: number): string | null {
  const stat = systemFiles().read(`/proc/${pid}/stat`)
  if (stat !== null) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[startField]!
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}

/** Undefined where there is no such file. One that is cut off or not of a lock is of no process. */
function read(path: string): LockFile | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockFile
  } catch (error) {
    if (error instanceof SyntaxError) return { pid: 0, what: '', since: '', processStart: null }
    return undefined
  }
}
