import { metrics, type MetricId } from '../core/metric.ts'
import type { Scenario } from '../core/scenario.ts'
import { warning, type Warning } from '../core/warnings.ts'
import { faultPlanIssues } from './fault-plan-issues.ts'
import { smallOptionWarnings } from './sized-options.ts'
import { durationText } from '../text/duration-text.ts'
import { didYouMean } from '../text/nearest-name.ts'
import { outlineOf } from '../text/shown-text.ts'
import { issueAt, type IssueContext, type ScenarioIssue } from './scenario-issues.ts'
import { plannedWaits } from '../traffic/planned-waits.ts'
import { expectedDeliveries, expectedSessionCount } from '../traffic/traffic-plan.ts'

/** Expected pairs below which a trial cannot be judged, as the gate of the ledger has it. */
const enoughPairs = 500

/** How far clientCount may be from the sessions that the rate of jobs brings, as a factor to both sides. */
const sessionTolerance = 2

const emptyText = 'has no visible characters. Write a text that a reader can see.'

/** Measured window from which on a run has a control row: with a shorter one somebody tries the command. */
const shortestWithControlMs = 1_000

/** False for a scenario without messages by intent: what counts there is what waiting clients cost. */
export function offersMessages({ traffic }: Pick<Scenario, 'traffic'>): boolean {
  return traffic.pattern === 'jobs' || traffic.messagesPerSecondPerChannel > 0
}

/** Why figures of deliveries are null in such a scenario. */
export const noMessagesOffered = 'no messages are offered'

/** Why ingest alone is not measured; undefined when it is. */
export function whyNoControl({ traffic, phases }: Pick<Scenario, 'traffic' | 'phases'>): string | undefined {
  if (traffic.pattern === 'jobs') return 'without clients no job is requested, and nothing is published'
  if (!offersMessages({ traffic })) return noMessagesOffered
  return phases.measuredMs < shortestWithControlMs
    ? `the measured window is shorter than ${durationText(shortestWithControlMs)}, and the control row would take longer than a trial`
    : undefined
}

/** Faults of values that are each allowed but do not go together. */
export function meaningIssues(scenario: Scenario, context: IssueContext): ScenarioIssue[] {
  const { clientCount, clientHostCount, traffic, contenders, matters } = scenario
  const issues: ScenarioIssue[] = []
  const add = (path: PropertyKey[], text: string) => issues.push(issueAt(path, text, context))
  if (clientHostCount !== undefined && clientHostCount > clientCount) {
    add(
      ['clientHostCount'],
      `must be at most clientCount (${clientCount}), got ${clientHostCount}: a client host without a client measures nothing.`,
    )
  }
  for (const key of ['burstCount', 'burstGapMs'] as const) {
    if (traffic[key] === undefined || traffic.arrivals === 'burst') continue
    add(['traffic', key], `has no effect with arrivals "${traffic.arrivals}". Set arrivals to "burst" or leave it out.`)
  }
  for (const { path, text } of faultPlanIssues(scenario)) add(path, text)
  const sessionCount = expectedSessionCount(traffic)
  if (sessionCount !== null && Math.abs(Math.log(clientCount / sessionCount)) > Math.log(sessionTolerance)) {
    add(
      ['clientCount'],
      `must be about the number of concurrent sessions, because limits depend on it: jobsPerSecond × seconds of a session = ${sessionCount.toPrecision(3)}, got ${clientCount}.`,
    )
  }
  for (const [id, matter] of Object.entries(matters)) {
    const { key: allowed } = metrics[id as MetricId].unit.floor
    for (const key of Object.keys(matter ?? {})) {
      if (key === 'ratio' || key === allowed) continue
      add(['matters', id, key], `is not the unit of this figure.${didYouMean(key, [allowed])} Its floor is "${allowed}".`)
    }
  }
  for (const key of ['title', 'question'] as const) if (outlineOf(scenario[key]) === '') add([key], emptyText)
  const outlines = contenders.map(({ label }) => outlineOf(label))
  for (const [index, contender] of contenders.entries()) {
    const { backoffBaseMs, backoffCapMs } = contender as { backoffBaseMs?: number; backoffCapMs?: number }
    if (backoffBaseMs !== undefined && backoffCapMs !== undefined && backoffCapMs < backoffBaseMs) {
      add(['contenders', index, 'backoffCapMs'], `must be at least backoffBaseMs (${backoffBaseMs}), got ${backoffCapMs}.`)
    }
    const twin = outlines.indexOf(outlines[index]!)
    if (outlines[index] === '') add(['contenders', index, 'label'], emptyText)
    else if (twin < index) {
      const unseen = contenders[twin]!.label === contender.label ? '' : ', apart from invisible characters'
      add(
        ['contenders', index, 'label'],
        `"${contender.label}" is also the label of contenders[${twin}]${unseen}. Give each contender its own label.`,
      )
    }
  }
  return issues
}

/** What the user should know of a scenario that is allowed. */
export function meaningWarnings(scenario: Scenario): Warning[] {
  if (!offersMessages(scenario)) return []
  return [...fewPairsWarnings(scenario), ...shortWindowWarnings(scenario), ...smallOptionWarnings(scenario)]
}

function fewPairsWarnings(scenario: Scenario): Warning[] {
  const pairs = expectedDeliveries(scenario, scenario.phases.measuredMs)
  if (pairs >= enoughPairs) return []
  return [
    warning(
      'WARN_PAIRS_FEW',
      `a trial expects about ${Math.round(pairs)} deliveries in its measured window, but at least ${enoughPairs} are needed to judge it. Measure longer, or raise the rate or the number of clients.`,
    ),
  ]
}

/** A wait that is longer than the window: for most deliveries it ends in the drain. */
function shortWindowWarnings(scenario: Scenario): Warning[] {
  const { clientCount, contenders, phases } = scenario
  return contenders.flatMap((contender) => {
    const { rampMs, deliveryMs } = plannedWaits({ contender, clientCount, scenario })
    if (deliveryMs <= phases.measuredMs) return []
    const [waits, longer] = [deliveryMs, rampMs + deliveryMs].map((ms) => durationText(Math.ceil(ms)))
    return [
      warning(
        'WARN_WINDOW_SHORT',
        `${contender.label}: a message may wait ${waits} by design (poll interval, batch window, network), but the measured window is only ${durationText(phases.measuredMs)}: most polls and deliveries fall outside it, and each trial takes up to ${longer} longer. Measure for at least twice that wait.`,
      ),
    ]
  })
}
