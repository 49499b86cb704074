import { exitCodes } from '../core/errors.ts'
import { nowUs } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

type StopName = (typeof names)[number]

/** npm hands on the Ctrl-C that the terminal has already sent to the whole group: the same press, milliseconds apart. */
const samePressUs = 50 * usPerMs
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
 * Listens for SIGINT, SIGTERM and SIGHUP. The first asks for an orderly end; a second, or 2.8 s, ends the process at once.
 *
 * @param onStop called at the first signal
 * @param onForcedEnd called before the process ends at once: the last chance to restore the terminal
 */
export function listenForStop(onStop: () => void = () => {}, onForcedEnd: () => void = () => {}): Stop {
  const controller = new AbortController()
  let exitCode: number | undefined
  let firstAtUs = 0
  let patience: NodeJS.Timeout | undefined
  const received = new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve()))
  const endNow = () => {
    onForcedEnd()
    process.exit(exitCode)
  }
  const listener = (name: StopName) => {
    if (exitCode !== undefined) {
      if (nowUs() - firstAtUs > samePressUs) endNow()
      return
    }
    exitCode = name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
    firstAtUs = nowUs()
    patience = setTimeout(endNow, patienceMs)
    patience.unref()
    onStop()
    controller.abort()
  }
  for (const name of names) process.on(name, listener)
  const release = () => {
    for (const name of names) process.off(name, listener)
  }
  return { signal: controller.signal, received, exitCode: () => exitCode, release }
}
