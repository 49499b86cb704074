import { stopSignals } from '../core/control.ts'
import { exitCodes } from '../core/errors.ts'

/**
 * npm hands on the Ctrl-C that the terminal has already sent to the whole group, and timeout(1) signals its child and then its
 * group: the same press, milliseconds apart.
 */
const samePressMs = 50
/** What is not stopped by then will not be; the result on disk is that of the last trial. */
const patienceMs = 2_800

/** What the user's signals have asked for. */
export interface Stop {
  /** Aborted by the first signal. */
  signal: AbortSignal
  /** Resolves at the first signal. */
  received: Promise<void>
  /** The exit code of the first signal: 130 for SIGINT, 143 for the others; `undefined` before it. */
  exitCode: () => number | undefined
  /** Ends the listening; a signal then ends the process as usual. */
  release: () => void
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP. The first asks for an orderly end; a second, or 2.8 s, ends the process at once:
 * what has to be put right even then listens to the `exit` of the process.
 *
 * @param onStop called at the first signal
 */
export function listenForStop(onStop: () => void = () => {}): Stop {
  const controller = new AbortController()
  let exitCode: number | undefined
  let isSamePress = true
  const received = new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve()))
  const endNow = () => process.exit(exitCode)
  const listener = (name: (typeof stopSignals)[number]) => {
    if (exitCode !== undefined) {
      if (!isSamePress) endNow()
      return
    }
    exitCode = name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
    // One turn of the loop more: on a busy machine the second half of the press may have waited with the timer.
    setTimeout(() => setImmediate(() => (isSamePress = false)), samePressMs).unref()
    setTimeout(endNow, patienceMs).unref()
    onStop()
    controller.abort()
  }
  for (const name of stopSignals) process.on(name, listener)
  const release = () => {
    for (const name of stopSignals) process.off(name, listener)
  }
  return { signal: controller.signal, received, exitCode: () => exitCode, release }
}
