import type { Answer } from '../core/answer.ts'
import type { ResultDocument } from '../core/result.ts'
import { plannedPath } from '../core/links.ts'
import { owedCount } from '../metrics/ledger.ts'
import { isCounted } from '../metrics/validity.ts'
import { formatExact } from '../text/format.ts'
import { durationText } from '../text/duration-text.ts'
import { disturbedText, standingTrials } from './spoilt.ts'

type Trust = Answer['trust']

/** How far an answer can be trusted, part by part. */
export function trustOf(document: ResultDocument): Trust {
  const disturbed = disturbedText(document)
  return [
    ...stopped(document),
    trialsPart(document),
    ...(disturbed === null ? [] : [{ text: disturbed.text, tone: disturbed.isMost ? ('bad' as const) : ('neutral' as const) }]),
    ...deliveriesPart(document),
    distancePart(document),
    ...selfTestPart(document),
  ]
}

function stopped(document: ResultDocument): Trust {
  if (!document.interrupted) return []
  const planned = document.plan.blockOrder.flat().length
  return [{ text: `interrupted after ${standingTrials(document).length} of ${planned} trials`, tone: 'bad' }]
}

function trialsPart(document: ResultDocument): Trust[number] {
  const trials = standingTrials(document)
  const total = trials.length + document.failedTrials.length
  const validCount = trials.filter(({ validity }) => validity.status === 'valid').length
  if (validCount === total && total > 0) return { text: `${validCount} of ${total} trials valid`, tone: 'good' }
  const countedCount = trials.filter(isCounted).length
  const text = `${countedCount} of ${total} trials counted (${validCount} valid)`
  return { text, tone: countedCount === total ? 'neutral' : 'bad' }
}

function deliveriesPart({ summary }: ResultDocument): Trust {
  const ledgers = summary.map(({ ledger }) => ledger)
  const sum = (of: (ledger: (typeof ledgers)[number]) => number): number => ledgers.reduce((total, ledger) => total + of(ledger), 0)
  const expected = sum(({ expectedCount }) => expectedCount)
  if (expected === 0) return []
  const missing = sum((ledger) => owedCount(ledger) + ledger.corruptedCount)
  const delivered = sum(({ deliveredCount }) => deliveredCount)
  if (missing === 0) return [{ text: `${formatExact(delivered)} of ${formatExact(expected)} deliveries accounted for`, tone: 'good' }]
  const text = `${formatExact(delivered)} of ${formatExact(expected)} deliveries arrived, ${formatExact(missing)} lost`
  return [{ text, tone: 'bad' }]
}

/** What stood between clients and server: nothing of a network on the loopback, or the links of the scenario. */
export function distancePart({ scenario }: Pick<ResultDocument, 'scenario'>): Trust[number] {
  const path = plannedPath(scenario.resolved)
  const transitMs = path.reduce((sum, link) => sum + link.transitMs, 0)
  return path.length === 0
    ? { text: "loopback: add your network's distance", tone: 'neutral' }
    : { text: `simulated network of up to ${durationText(transitMs)} each way`, tone: 'neutral' }
}

/** A self-test of the same day is so called: whoever reads the result later does not know today. */
function selfTestPart({ calibration: { state }, trials }: ResultDocument): Trust {
  const { status, startedAt } = state.suite
  const day = startedAt?.slice(0, 10)
  const dayOfRun = trials
    .map((trial) => trial.startedAt)
    .toSorted()[0]
    ?.slice(0, 10)
  const when = day === undefined ? '' : day === dayOfRun ? ' on the same day' : ` on ${day}`
  if (status === 'passed') return [{ text: `self-test passed${when}`, tone: 'good' }]
  if (status === 'failed') return [{ text: `self-test failed${when}: believe no figure`, tone: 'bad' }]
  if (status === 'stale') return [{ text: 'self-test is of another machine or version: npm run bench -- calibrate', tone: 'neutral' }]
  if (status === 'incomplete') return [{ text: `self-test incomplete${when}`, tone: 'neutral' }]
  return [{ text: 'no self-test on this machine yet', tone: 'neutral' }]
}
