import { harnessError } from '../core/errors.ts'
import { oneOfText } from '../scenario/allowed-values.ts'
import { didYouMean } from '../text/nearest-name.ts'
import type { Check } from './check.ts'
import { backlog } from './checks/backlog.ts'
import { bytes } from './checks/bytes.ts'
import { censoring } from './checks/censoring.ts'
import { clockJump } from './checks/clock-jump.ts'
import { descriptors } from './checks/descriptors.ts'
import { fanOut } from './checks/fan-out.ts'
import { freeze } from './checks/freeze.ts'
import { generator } from './checks/generator.ts'
import { histogram } from './checks/histogram.ts'
import { longPollGap } from './checks/long-poll-gap.ts'
import { longPollRequests } from './checks/long-poll-requests.ts'
import { messageIntervals } from './checks/message-intervals.ts'
import { meters } from './checks/meters.ts'
import { nagle } from './checks/nagle.ts'
import { plantedDifference } from './checks/planted-difference.ts'
import { ports } from './checks/ports.ts'
import { publishing } from './checks/publishing.ts'
import { queueing } from './checks/queueing.ts'
import { relayDelay } from './checks/relay-delay.ts'
import { saboteur } from './checks/saboteur.ts'
import { sameTransport } from './checks/same-transport.ts'
import { shortPoll } from './checks/short-poll.ts'
import { steadyStates } from './checks/steady-state.ts'

/** Every check, cheap ones first: what is wrong everywhere shows at once. */
export const checks: readonly Check[] = [
  histogram,
  meters,
  backlog,
  bytes,
  ports,
  descriptors,
  shortPoll,
  longPollRequests,
  longPollGap,
  nagle,
  saboteur,
  freeze,
  messageIntervals,
  steadyStates,
  censoring,
  clockJump,
  publishing,
  generator,
  queueing,
  fanOut,
  relayDelay,
  plantedDifference,
  sameTransport,
]

/** Words that stand for a K-number. */
const synonyms: Readonly<Record<string, string>> = { AA: 'K26', PLANTED: 'K27' }

/** The K-numbers of the quick set, in order. */
export const quickIds: readonly string[] = checks
  .filter(({ quick }) => quick)
  .flatMap(({ answers }) => answers.map(({ id }) => id))
  .toSorted()

/** The run that gives a known answer. The id is one of the list. */
export function checkOf(id: string): Check {
  return checks.find(({ answers }) => answers.some((answer) => answer.id === id))!
}

/**
 * The K-numbers that words on a command line ask for, without regard to case; "aa" is K26 and "planted" K27.
 *
 * @throws {HarnessError} ERR_USAGE with the nearest known word
 */
export function idsOf(words: readonly string[]): string[] {
  const ids = checks.flatMap(({ answers }) => answers.map(({ id }) => id)).toSorted()
  const known = [...ids, ...Object.keys(synonyms).map((word) => word.toLowerCase())]
  return [
    ...new Set(
      words.map((word) => {
        const id = synonyms[word.toUpperCase()] ?? word.toUpperCase()
        if (ids.includes(id)) return id
        throw harnessError('ERR_USAGE', `${JSON.stringify(word)}: unknown check; it must be ${oneOfText(known)}.${didYouMean(word, known)}`)
      }),
    ),
  ]
}
