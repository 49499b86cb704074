import { nowUs } from '../core/clock.ts'
import { exitCodes, harnessError, HarnessError } from '../core/errors.ts'
import { usPerSecond } from '../core/units.ts'
import type { Warning } from '../core/warnings.ts'
import { printableText } from '../text/shown-text.ts'

/**
 * Lets a reader of stdout or stderr close its end early (`| head -1`) without a stack trace: what went wrong with a write is
 * reported to the writer, by `print`, and to no one else.
 */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

/**
 * Writes to stdout and resolves when the text has left this process, so that an exit cuts nothing. A closed pipe and a
 * terminal that is gone (EIO) count as done.
 *
 * @throws {HarnessError} ERR_RESULT_DISK if stdout is a file that cannot take it
 */
export async function print(text: string): Promise<void> {
  const error = await write(process.stdout, text)
  if (error === undefined || error.code === 'EPIPE' || (error.code === 'EIO' && process.stdout.isTTY)) return
  throw harnessError('ERR_RESULT_DISK', `stdout: cannot be written: ${error.message}. The output is incomplete.`, error)
}

/** Writes to stderr: progress, warnings and faults. Where that fails there is no one to report it to. */
export async function note(text: string): Promise<void> {
  await write(process.stderr, text)
}

/** Writes to stderr as `note`, each text with the seconds since this call before it; nothing when quiet. */
export function timedNotes(isQuiet = false): (text: string) => void {
  const startedAtUs = nowUs()
  return (text) => {
    if (!isQuiet) void note(`[${Math.round((nowUs() - startedAtUs) / usPerSecond)} s] ${text}\n`)
  }
}

/** Writes warnings to stderr, a line each. */
export function printWarnings(warnings: readonly Warning[]): Promise<void> {
  return note(warnings.map(({ code, message }) => `${code}: ${message}\n`).join(''))
}

/**
 * Reports an error on stderr: in one line per error where the harness knows it, with its stack where it does not.
 *
 * @returns the exit code that goes with it
 */
export async function printError(error: unknown): Promise<number> {
  if (error instanceof HarnessError) {
    // The message may quote a file, whose control characters must not reach the terminal.
    const lines = error.message.replaceAll('\t', '  ').split('\n')
    await note(`${lines.map(printableText).join('\n')}\n`)
    return error.exitCode
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  await note(`ERR_HARNESS: a bug in transport-bench. Please report it with these lines.\n${trace}\n`)
  return exitCodes.fault
}

/** Columns of stdout; 100 where it is no terminal. */
export function reportColumns(): number {
  return process.stdout.columns || 100
}

/** Colour is for terminals whose user has not refused it (no-color.org). */
export function usesColour(stream: { isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
}

function write(stream: NodeJS.WriteStream, text: string): Promise<NodeJS.ErrnoException | undefined> {
  if (text === '' || !stream.writable) return Promise.resolve(undefined)
  return new Promise((resolve) => stream.write(text, (error) => resolve(error ?? undefined)))
}
