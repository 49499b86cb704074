import { closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { harnessError, messageOf } from './errors.ts'

/**
 * Makes a folder and those above it, one by one: the recursive mkdir of Node 20 never returns where the system refuses
 * with ENOENT, as /proc does.
 *
 * @throws what the system says of the first folder that cannot be made
 */
export function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  mkdirSync(path)
}

/**
 * Makes a folder and proves that files can be written there, before what is to be written takes its time.
 *
 * @param kept what it is for, in a word
 * @param make makes a folder in it, which is then the one that is opened
 * @throws {HarnessError} ERR_RESULT_UNWRITABLE if not
 */
export function openFolder(path: string, kept: string, make = (): string => path): string {
  try {
    makeFolders(path)
    const opened = make()
    const probe = join(opened, '.writable')
    writeFileSync(probe, 'x')
    rmSync(probe)
    return opened
  } catch (cause) {
    const text = `${path}: the ${kept} cannot be written there: ${messageOf(cause)}. Choose another folder with --out.`
    throw harnessError('ERR_RESULT_UNWRITABLE', text, cause)
  }
}

/** Replaces a file as a whole: a reader sees the old text or the new one, never a part. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.tmp`
  const file = openSync(draft, 'w')
  try {
    writeFileSync(file, text)
    // Without it a full disk or a power cut can leave a renamed, empty file.
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

/** Longest path of a Unix socket in bytes: sun_path without the zero at its end (unix(7)); Node cuts a longer one off in silence. */
const socketPathBytes = process.platform === 'linux' ? 107 : 103
/** What a run adds to the folder for temporary files: a folder of its own, and the socket of the longest name in it. */
const longestSocket = '/transport-bench-XXXXXX/12345678-999.sock'

/**
 * Shows that temporary folders can be made, and that sockets fit in them, before anything is started that needs one.
 *
 * @param place the folder for temporary files
 * @throws {HarnessError} ERR_TEMPORARY_FOLDER if not
 */
export function checkTemporaryFolder(place = tmpdir()): void {
  const length = Buffer.byteLength(place + longestSocket)
  if (length > socketPathBytes) {
    const text = `its path has ${Buffer.byteLength(place)} bytes, but at most ${socketPathBytes - longestSocket.length} are allowed: a Unix socket in it adds ${longestSocket.length}, and such a path may have ${socketPathBytes}`
    throw harnessError('ERR_TEMPORARY_FOLDER', `TMPDIR: ${place}: ${text}. Choose a shorter one, such as TMPDIR=/tmp.`)
  }
  rmdirSync(makeTemporaryFolder('transport-bench-', place))
}

function makeTemporaryFolder(prefix: string, place = tmpdir()): string {
  try {
    return mkdtempSync(join(place, prefix))
  } catch (cause) {
    const text = `TMPDIR: ${place}: no temporary folder can be made there: ${messageOf(cause)}. Choose an existing, writable folder, such as TMPDIR=/tmp.`
    throw harnessError('ERR_TEMPORARY_FOLDER', text, cause)
  }
}

/** Runs `use` with a new temporary folder, which is gone again however it ends, also when the process exits meanwhile. */
export async function withTemporaryFolder<T>(prefix: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeTemporaryFolder(prefix)
  const remove = (): void => removeFolder(folder)
  process.once('exit', remove)
  try {
    return await use(folder)
  } finally {
    process.off('exit', remove)
    remove()
  }
}

/** Removes a folder and what is in it. What cannot be removed stays: nobody can do more about it at the end of a process. */
export function removeFolder(folder: string): void {
  try {
    // A process that ends at the same time may still take away a file of its own.
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    return
  }
}
