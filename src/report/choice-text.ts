import { choiceSentence } from '../answer/choice-sentence.ts'
import type { Profile } from '../core/profile-result.ts'
import { capital, formatBytes, formatDurationMs, formatList, formatNumber } from '../text/format.ts'
import type { ModelTransport, TransportPrediction } from '../advisor/model/predict.ts'
import { workloadOption } from '../advisor/model/workload.ts'
import type { BreakEven } from '../advisor/model/break-even.ts'
import type { Choice } from '../advisor/model/choose.ts'
import { beyondText, shownFigures } from './prediction-text.ts'

/** Names as a sentence has them. */
const transportNames: Readonly<Record<string, string>> = {
  'short-poll': 'short polling',
  'long-poll': 'long polling',
  sse: 'SSE',
  websocket: 'WebSocket',
} satisfies Record<ModelTransport, string>

/** What a `*` stands for, a line each. */
export function beyondTexts(predictions: readonly TransportPrediction[]): string[] {
  const found = new Map<string, string[]>()
  for (const { transport, figures } of predictions) {
    for (const [id, label] of shownFigures) {
      const { beyond } = figures[id]
      if (beyond === null) continue
      const key = `${nameOf(transport)}: ${beyondText(beyond)}`
      found.set(key, [...(found.get(key) ?? []), label])
    }
  }
  return [...found].map(([key, labels]) => `${key} (${labels.join(', ')})`)
}

/** The recommendation: who may be chosen, in the words of a run, and what the plan is for, and on which ground. */
export function recommendationText({ recommendation, workload, predictions, constraints }: Choice): string {
  const { transport, choose, ground, equals } = recommendation
  if (transport === null) return 'No transport meets the requirements. What rules each one out is listed; relax one of them and ask again.'
  const isOneOfSeveral = choose.length > 1
  const own = `${nameOf(transport)}${optionOf(transport, workload)}`
  const first = isOneOfSeveral ? choiceSentence(choose.map(nameOf), nameOf(choose[0]!)) : `Choose ${own}.`
  const ruledOut = new Set(constraints.filter(({ kind }) => kind === 'ruled out').map((entry) => entry.transport)).size
  if (ground === 'only one') return `${first} It is the only one left: ${ruledOut + recommendation.unfit.length} are ruled out.`
  if (ground === 'simplicity')
    return `${first} There is no meaningful difference in cost to ${formatList(equals.map(nameOf))}, so plan with ${own}.`
  const mine = predictions.find((entry) => entry.transport === transport)!
  const reasons = recommendation.against.flatMap(({ transport: other, comparisons }) => {
    const { verdict } = comparisons.find(({ label }) => label === ground) ?? { verdict: 'no difference' }
    if (verdict !== 'less') return []
    const theirs = predictions.find((entry) => entry.transport === other)!
    return [`${groundText(theirs, ground)} of ${nameOf(other)}`]
  })
  const tie = equals.length === 0 ? '' : `; no meaningful difference to ${formatList(equals.map(nameOf))}, and it is the simpler`
  const takes = `takes ${groundText(mine, ground)}${reasons.length === 0 ? '' : ` against ${formatList(reasons)}`}`
  return `${first} ${isOneOfSeveral ? `Plan with ${own}: it` : 'It'} ${takes}${tie}.`
}

function groundText({ figures }: TransportPrediction, ground: string): string {
  if (ground === 'processor') return `${formatNumber(figures.serverCores.value ?? Number.NaN)} cores`
  if (ground === 'memory') return `${formatBytes((figures.residentBytes.value ?? 0) + (figures.kernelBytes.value ?? 0))} of memory`
  return `${formatBytes(figures.egressBytesPerMonth.value ?? Number.NaN)} of egress per month`
}

const optionWords = {
  pollIntervalMs: 'every',
  holdTimeMs: 'with a hold of',
  heartbeatMs: 'with a heartbeat every',
} satisfies Record<(typeof workloadOption)[ModelTransport], string>

function optionOf(transport: ModelTransport, workload: Choice['workload']): string {
  const key = workloadOption[transport]
  return ` ${optionWords[key]} ${formatDurationMs(workload[key])}`
}

/** One break-even as a sentence. */
export function breakEvenText({ axis, at, below, above }: BreakEven): string {
  const { below: start, above: end, when } = axisText(axis, at)
  if (below === null) return `${start} no transport meets what is asked; from there on choose ${nameOf(above!)}.`
  if (above === null) return `${end} no transport meets what is asked; up to there choose ${nameOf(below)}.`
  return `${when}, choose ${nameOf(above)} instead of ${nameOf(below)}.`
}

function axisText(axis: BreakEven['axis'], at: number): { below: string; above: string; when: string; there: string } {
  if (axis === 'staleness') {
    const age = formatDurationMs(at)
    return {
      below: `Where updates must be younger than ${age},`,
      above: `Where updates may be older than ${age},`,
      when: `If updates may be ${age} old or more`,
      there: `at updates ${age} old`,
    }
  }
  const amount = `${formatNumber(at)} ${axis === 'clients' ? 'clients' : 'messages/s a client'}`
  return { below: `Below ${amount}`, above: `Above ${amount}`, when: `From ${amount} on`, there: `at ${amount}` }
}

/** Where the processor of the recommended transport and another is the same, a sentence each. */
export function crossingTexts({ processorCrossings }: Choice): string[] {
  return processorCrossings.map(
    ({ axis, at, pair: [winner, other] }) =>
      `${capital(nameOf(winner))} and ${nameOf(other)} use the same CPU ${axisText(axis, at).there}.`,
  )
}

/** What would change the answer: what rules transports out, and what the recommendation rests on. */
export function changeTexts(choice: Choice, { notTrusted }: Profile): string[] {
  const { constraints, recommendation, breakEvens } = choice
  const wishes = [...new Set(constraints.filter(({ kind }) => kind === 'ruled out').map(({ because }) => because))]
  const texts = wishes.map((wish) => {
    const freed = constraints
      .filter(({ kind, because }) => kind === 'ruled out' && because === wish)
      .map(({ transport }) => nameOf(transport))
    return `Without the requirement "${wish}", ${formatList(freed)} would be considered.`
  })
  if (breakEvens.length === 0) texts.push('Nothing along staleness, clients and rate, as far as the model was followed.')
  texts.push(...unclearPairs(choice).map((pair) => `${capital(pair)}: ${whyUnclear}`))
  const doubted = notTrusted.filter((text) => recommendation.transport !== null && text.includes(recommendation.transport))
  return [...texts, ...doubted.map((text) => `Limit of the profile: ${text}`)]
}

/** Figures in which the model finds no reliable difference between the recommended transport and others: "memory against long polling". */
export function unclearPairs({ recommendation }: Choice): string[] {
  const byLabels = new Map<string, string[]>()
  for (const { transport, comparisons } of recommendation.against) {
    const labels = formatList(comparisons.filter(({ verdict }) => verdict === 'unclear').map(({ label }) => label))
    if (labels !== '') byLabels.set(labels, [...(byLabels.get(labels) ?? []), nameOf(transport)])
  }
  return [...byLabels].map(([labels, names]) => `${labels} against ${formatList(names)}`)
}

/** Why there is none, and what would decide. */
export const whyUnclear = 'the predicted intervals overlap; a run of both decides (--verify).'

/** One sentence for each transport that another one beats or equals in every figure, or that does not meet the requirements. */
export function notChosenTexts({ recommendation }: Choice): string[] {
  const { dominances, unfit } = recommendation
  const dominated = [...new Set(dominances.map(({ transport }) => transport))]
  return [
    ...dominated.map((transport) => {
      const found = dominances.filter((one) => one.transport === transport)
      const more = [...new Set(found.flatMap(({ costsMoreIn }) => costsMoreIn))]
      const by = formatList(found.map((one) => nameOf(one.by)))
      return `${capital(nameOf(transport))} is beaten or equalled in every figure by ${by}: it takes more ${formatList(more)}.`
    }),
    ...unfit.map(({ transport, text }) => `${capital(nameOf(transport))} does not qualify: ${text}.`),
  ]
}

/** The same where every transport has its own place: then a sentence says so. */
export function paretoTexts(choice: Choice): string[] {
  const none = 'No transport is beaten or equalled in every figure by another, as far as the model can tell.'
  return [...(choice.recommendation.dominances.length === 0 ? [none] : []), ...notChosenTexts(choice)]
}

export function nameOf(transport: string): string {
  return transportNames[transport] ?? transport
}
