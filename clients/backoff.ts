import { generatorFailures, type FailureClass } from '../src/core/failure-class.ts'
import type { Random } from '../src/core/random.ts'
import type { CommonOptions } from '../src/core/transport.ts'

type RetryOptions = Pick<CommonOptions, 'backoffBaseMs' | 'backoffFactor' | 'backoffCapMs' | 'backoffJitterRatio' | 'backoffJitter'>

/** What no retry cures: a limit of the generator's own machine, and a message that would come again (close code 1009, RFC 6455 §7.4.1). */
const hopeless: readonly FailureClass[] = [...generatorFailures, 'messageTooBig']

/**
 * The wait after so many failures in a row, in ms; undefined when trying again is no use.
 *
 * @param reconnectionMs what the server has asked for by `retry:`: waited in full, and the client's own backoff comes on top
 *   of it once an attempt has failed (WHATWG HTML §9.2.3, "reestablish the connection")
 */
export function retryDelayMs(
  { options, random }: { options: RetryOptions; random: Random },
  failure: FailureClass,
  failureCount: number,
  reconnectionMs?: number,
): number | undefined {
  if (hopeless.includes(failure)) return undefined
  if (reconnectionMs === undefined) return backoffMs(options, failureCount, random)
  return reconnectionMs + (failureCount > 1 ? backoffMs(options, failureCount - 1, random) : 0)
}

/**
 * The wait before attempt `failureCount` + 1, in ms: base × factor^(failures − 1), then spread by ± jitter, so that clients
 * that failed together do not return together.
 *
 * Never above the cap. The plain delay stops short of it, at cap ÷ (1 + jitter), so that the spread is whole there too:
 * cutting it off at the cap would send half of all clients back at exactly the same delay.
 *
 * Full jitter is uniform on (0, wait] instead ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015): half the
 * wait on average, and the widest spread.
 */
export function backoffMs(options: RetryOptions, failureCount: number, random: Random): number {
  const { backoffBaseMs, backoffFactor, backoffCapMs, backoffJitterRatio, backoffJitter } = options
  const growth = backoffFactor ** Math.max(0, failureCount - 1)
  if (backoffJitter === 'full') return Math.min(backoffCapMs, backoffBaseMs * growth) * (1 - random())
  const plainMs = Math.min(backoffCapMs / (1 + backoffJitterRatio), backoffBaseMs * growth)
  return Math.min(backoffCapMs, plainMs * (1 + backoffJitterRatio * (2 * random() - 1)))
}
