import type { SearchAnswer, StudyDocument } from '../../core/study-result.ts'
import { formatExact, formatPlural } from '../../text/format.ts'
import { oneLine } from '../../text/one-line.ts'
import { axisInSentence, axisValue } from '../../text/axis-text.ts'

/** What a search has found for one contender: "websocket: 8,200 clients, confirmed: …". */
export function answerSentence({ axes }: StudyDocument, answer: SearchAnswer): string {
  const axis = axes[0]!
  const name = oneLine(answer.contender)
  const shown = (value: number | null): string => (value === null ? 'none' : axisValue(axis, value))
  const what = `${axisInSentence(axis)} ${shown(answer.value)}`
  const why = oneLine(answer.reasons['verdict'] ?? answer.reasons['value'] ?? 'no reason was recorded')
  switch (answer.verdict) {
    case 'confirmed':
      return `${name}: ${what}. It passed again twice, and failed twice at ${shown(answer.failsAt)}.`
    case 'at least':
      return `${name}: at least ${what}: ${why}${answer.failsAt === null ? '' : `; it broke a limit at ${shown(answer.failsAt)}`}.`
    case 'not confirmed':
      return answer.value === null
        ? `${name}: not confirmed: ${why}.`
        : `${name}: ${what}, not confirmed: ${why}; this is the largest value that passed every time.`
    case 'none':
      return `${name}: no value: ${why} (${shown(answer.failsAt)}).`
    case 'unknown':
      return `${name}: not known: ${why}.`
    case 'unfinished':
      return `${name}: the search has not ended after ${formatPlural(answer.steps.length, 'step')}.`
  }
}

/** The limits of the search in words. */
export function limitsText({ scenario }: StudyDocument): string {
  const search = scenario.resolved['search'] as { limits?: Record<string, unknown>; resolutionRatio?: unknown } | undefined
  const limits = Object.entries(search?.limits ?? {}).map(
    ([limit, allowed]) => `${oneLine(limit)} at most ${typeof allowed === 'number' ? formatExact(allowed) : String(allowed)}`,
  )
  const resolution = typeof search?.resolutionRatio === 'number' ? `, resolved to ${formatExact(search.resolutionRatio * 100)} %` : ''
  return `Limits: ${limits.join(', ')}${resolution}. A step is one trial; if the generator or the machine was the limit, the value does not count as a failure of the contender.`
}

/** One step as a row: what, outcome, why. */
export function stepCells({ axes }: StudyDocument, { value, purpose, outcome, cause, why }: SearchAnswer['steps'][number]): string[] {
  const words = { pass: 'passes', fail: 'fails', generator: cause ?? 'generator' }
  return [axisValue(axes[0]!, value), purpose, words[outcome], why.map(oneLine).join('; ')]
}

export const stepColumns = ['Value', 'Step', 'Outcome', 'Why'] as const
