import { answerTopicIds, type Answer, type AnswerLine, type AnswerTopic } from '../core/answer.ts'
import { metrics, type MetricId } from '../core/metric.ts'
import { usPerSecond } from '../core/units.ts'
import type { StudyAxis, StudyDocument, StudyPointResult } from '../core/study-result.ts'
import { failureOf, thresholdOf } from '../metrics/comparison.ts'
import type { BlockValues } from '../metrics/pair-verdict.ts'
import { axisEstimate, axisInSentence, axisPlace, axisPoint, axisValue } from '../text/axis-text.ts'
import { formatList, formatNumber } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import { aboutOf, amongPolls, familyOf, type AnswerFamily } from './families.ts'
import type { Standing } from './dominance.ts'
import { comparePairs, type FigureId } from './figures.ts'
import { cannotAnswer, mediansText } from './first-look.ts'
import { mostLines } from './lines.ts'
import { openBlocks } from './open.ts'
import { allOf, amountOf, atStart, inside, rangeOf, shortened } from './sentences.ts'
import { standingOf } from './standings.ts'
import { contendersAt, donePoints } from './study-contenders.ts'
import { isDecided, placedIn, tierBy, tierText, type Placed, type Tier } from './tiers.ts'

type Said = Omit<Answer, 'rulesVersion' | 'trust'>

/** Figures of a sweep whose scenario does not say what matters. */
const usual: readonly MetricId[] = ['deliveryLatencyP99', 'wireBytesPerDelivery', 'serverMemoryPerClient', 'serverCpu']
/** From so many times on a figure is said to change along the axis. */
const changedRatio = 1.5

/** What the parts of the answer of a sweep are made from. */
interface Sweep {
  document: StudyDocument
  points: StudyPointResult[]
  /** As they are at the last point. */
  contenders: AnswerContender[]
  isFirstLook: boolean
}

/** A line with what makes it the answer: a lower rank first. */
interface RankedLine extends AnswerLine {
  rank: number
  /** What its figure is about, where that is not its own topic. */
  of?: AnswerTopic
}

/**
 * The answer of a sweep: where contenders change places, who gives in first, what is lost, how a setting that is swept moves its own
 * figures, and else how contenders stand at the last point. Two are apart there only where they are so at every point.
 */
export function sweepAnswer(document: StudyDocument): Said {
  const points = donePoints(document)
  const last = points.at(-1)
  const none = { choose: [], simplest: null, ruledOut: [], lines: [], open: null }
  if (last === undefined) return { kind: 'nothing', recommendation: 'Nothing was measured: no point of the study ran to its end.', ...none }
  const isFirstLook = Math.max(0, ...points.flatMap(({ rows }) => rows.map(({ countedTrialCount }) => countedTrialCount))) < 2
  const sweep: Sweep = { document, points, contenders: contendersAt(document, last), isFirstLook }
  const lines = [...metricsAsked(document).flatMap((metric) => linesOfMetric(sweep, metric)), ...givesIn(sweep), ...generatorLimits(sweep)]
  const names = sweep.contenders.map(({ name }) => name)
  const order = [...aboutOf(document), ...answerTopicIds]
  const byTopic = (a: RankedLine, b: RankedLine): number => order.indexOf(a.of ?? a.topic) - order.indexOf(b.of ?? b.topic)
  const [main, ...rest] = lines.toSorted((a, b) => a.rank - b.rank || byTopic(a, b))
  return {
    ...none,
    kind: isFirstLook ? 'firstLook' : 'choice',
    recommendation:
      main === undefined ? nothingText(sweep) : isFirstLook ? `First look, one run each: ${inside(main.text, names)}` : main.text,
    lines: rest
      .slice(0, mostLines)
      .toSorted(byTopic)
      .map(({ topic, text }) => ({ topic, text })),
    open: cannotAnswer(document) ?? (isFirstLook ? openBlocks(document.estimatedSeconds, blockCountOf(document)) : openOf(sweep)),
  }
}

/** Where no line stands: nothing was measured, or nothing is decided of figures that look alike. */
function nothingText({ document, points, contenders }: Sweep): string {
  const placed = points.flatMap((point) =>
    metricsAsked(document).flatMap((metric) => placedIn(sweptFamily(metric), contendersAt(document, point))),
  )
  return placed.length === 0
    ? 'No contender has a figure that counts at any point.'
    : `No reliable difference yet between ${formatList(shortened(contenders.map(({ name }) => name)))}.`
}

function blockCountOf({ scenario }: StudyDocument): number {
  const { blockCount } = scenario.resolved
  return typeof blockCount === 'number' ? blockCount : 1
}

/** What the scenario says that matters, or what matters in most. */
export function metricsAsked({ scenario }: StudyDocument): MetricId[] {
  const declared = Object.keys(scenario.resolved['matters'] ?? {}).filter((id): id is MetricId => id in metrics)
  return declared.length === 0 ? [...usual] : declared
}

/** Of requests only polls have any: a stream has none at any point. */
function sweptFamily(metric: MetricId): AnswerFamily {
  const isOfRequests = metric === 'requestsPerDelivery' || metric === 'requestsPerSecond'
  return { ...familyOf(metric), ...(isOfRequests ? amongPolls : {}) }
}

function linesOfMetric(sweep: Sweep, metric: MetricId): RankedLine[] {
  const { document, isFirstLook } = sweep
  const family = sweptFamily(metric)
  // The last point that tells of several: further on the generator may have been the limit of all but one.
  const contendersOf = (point: StudyPointResult): AnswerContender[] => contendersAt(document, point)
  const point = sweep.points.findLast((one) => placedIn(family, contendersOf(one)).length > 1) ?? sweep.points.at(-1)!
  const contenders = contendersOf(point)
  const placed = placedIn(family, contenders)
  if (placed.length === 0) return []
  if (metric === 'lostRatio') return [{ topic: 'loss', text: lossesText(sweep), rank: 2 }]
  const crossings = isFirstLook ? [] : crossingTexts(document, family)
  const trend = trendText(sweep, family)
  const place = `At ${pointText(document, point)}, `
  const names = contenders.map(({ name }) => name)
  const tier = tierIn(sweep, family, point)
  const stand = standText(placed, tier, isFirstLook, contenders)
  const alone = contenders.length === 1 && trend === null && metric !== 'connectTimePerClient' ? aloneText(sweep, family) : ''
  return [
    ...crossings.map((text): RankedLine => ({ topic: 'breakEven', text, rank: 0, of: family.topic })),
    ...(metric === 'connectTimePerClient' ? [{ topic: family.topic, text: `${place}${acceptedText(contenders)}`, rank: 2 }] : []),
    ...(trend === null ? [] : [{ topic: family.topic, text: trend, rank: 3 }]),
    ...(alone === '' ? [] : [{ topic: family.topic, text: alone, rank: 5 }]),
    ...(stand === ''
      ? []
      : [{ topic: family.topic, text: `${place}${inside(stand, names)}`, rank: isFirstLook || isDecided(tier) ? 4 : 5 }]),
  ]
}

/** "a poll interval of 30 s", "1,000 clients and a delay of 75 ms". */
function pointText({ axes }: StudyDocument, { values }: StudyPointResult): string {
  return formatList(axes.map((axis, at) => axisPoint(axis, values[at]!)))
}

/** How contenders stand at a point; '' where there is one, or where nothing is decided of figures that look alike. */
function standText(placed: readonly Placed[], tier: Tier, isFirstLook: boolean, contenders: readonly AnswerContender[]): string {
  if (placed.length < 2) return ''
  if (isFirstLook) return mediansText(tier.family, contenders)
  const amounts = rangeOf(
    tier.family.figure,
    placed.map(({ median }) => median),
  )
  return tier.among === 'open' && !amounts.includes(' to ') ? '' : tierText(tier)
}

/** "SSE: 4.40 to 120 ms at p99 from 100 to 1,000 clients.": a figure of the only contender along the first axis. */
function aloneText({ document, points }: Sweep, family: AnswerFamily): string {
  const last = points.at(-1)!
  const found = points
    .filter(({ values }) => values[1] === last.values[1])
    .flatMap((point) => placedIn(family, contendersAt(document, point)).map(({ contender, median }) => ({ contender, median, point })))
  const [from, to] = [found[0], found.at(-1)]
  if (from === undefined || to === undefined) return ''
  const amounts = [...new Set([from, to].map(({ median }) => amountOf(family.figure, median)))].join(' to ')
  const [, second] = document.axes
  const where = second === undefined ? '' : ` at ${axisPoint(second, last.values[1]!)}`
  const place = rangeText(document.axes[0]!, from.point.values[0]!, to.point.values[0]!)
  return `${atStart(from.contender.name, from.contender.label)}: ${family.value(amounts)} ${place}${where}.`
}

/** How many clients a second the server takes: the connect time the other way round. */
function acceptedText(contenders: readonly AnswerContender[]): string {
  const placed = placedIn(familyOf('connectTimePerClient'), contenders).filter(({ median }) => median > 0)
  const texts = placed.map(({ contender, median }) => `${contender.name} ${formatNumber(usPerSecond / median)}`)
  return `clients accepted per second: ${formatList(shortened(texts))}.`
}

/** "From a poll interval of 9.71 s on (8.1 s to 12.3 s), short polling takes less server CPU than SSE.": where it matters on both sides. */
function crossingTexts({ breakEven, axes, contenders }: StudyDocument, { figure, less }: AnswerFamily): string[] {
  const axis = axes[0]!
  const nameOfLabel = namesOf({ contenders })
  return breakEven
    .filter(({ metric, verdict }) => metric === figure && verdict === 'crosses')
    .flatMap(({ crossings, at }) =>
      crossings
        .filter(({ matters }) => matters)
        .map(({ value, low, high, lowerAbove, lowerBelow }) => {
          const ends = low === null || high === null ? '' : ` (${axisEstimate(axis, low)} to ${axisEstimate(axis, high)})`
          const where = at === null || axes[1] === undefined ? '' : ` at ${axisPlace(axes[1], at)}`
          return `From ${axisPlace(axis, value)} on${ends}, ${nameOfLabel(lowerAbove)} ${less} than ${nameOfLabel(lowerBelow)}${where}.`
        }),
    )
}

function namesOf({ contenders }: Pick<StudyDocument, 'contenders'>): (label: string) => string {
  const names = new Map(
    contendersAt({ contenders } as StudyDocument, { rows: [] } as unknown as StudyPointResult).map(({ label, name }) => [label, name]),
  )
  return (label) => names.get(label) ?? label
}

/**
 * How contenders stand at a point: apart where its blocks decide it, or where one is lower at every point. As in runs nobody is better
 * who failed, or whose median here says otherwise.
 */
function tierIn({ document }: Sweep, family: AnswerFamily, point: StudyPointResult): Tier {
  const { figure } = family
  const { matters = {} } = document.scenario.resolved as { matters?: Parameters<typeof thresholdOf>[1] }
  const failures = point.rows.flatMap((row): [string, string][] => {
    const failure = failureOf(row, [])
    return failure === null ? [] : [[row.contender, failure]]
  })
  const excluded = new Map(failures)
  // The verdicts of all figures hold together, as in runs (Bonferroni).
  const share = 1 / metricsAsked(document).length
  const pairs = comparePairs(sidesAt(point, figure), thresholdOf(figure as MetricId, matters), excluded)
  const contenders = contendersAt(document, point)
  const medianOf = (label: string): number => contenders.find((contender) => contender.label === label)?.medianOf(figure) ?? Number.NaN
  const isPair = (one: string, other: string) => (pair: { a: string; b: string }) =>
    (pair.a === one && pair.b === other) || (pair.a === other && pair.b === one)
  const standing = (one: string, other: string): Standing => {
    const here = pairs.find(isPair(one, other))
    const found = here === undefined ? 'open' : standingOf(here, one, share)
    if (found !== 'open') return found
    const along = document.breakEven.find(
      ({ at, ...entry }) => entry.metric === figure && isPair(one, other)(entry) && (at === null || at === point.values[1]),
    )
    if (along?.verdict === 'equal') return 'equal'
    if (along?.verdict !== 'never' || along.lower === null || excluded.has(along.lower)) return 'open'
    return along.lower === one ? 'better' : 'worse'
  }
  return tierBy(family, contenders, (one, other) => {
    const found = standing(one, other)
    const isAgainst = found === 'better' ? medianOf(one) > medianOf(other) : found === 'worse' && medianOf(one) < medianOf(other)
    return isAgainst ? 'open' : found
  })
}

function sidesAt({ rows }: StudyPointResult, figure: FigureId): BlockValues[] {
  return rows.map(({ contender, metrics: summaries }) => {
    const { blocks = [], values = [] } = summaries[figure as MetricId] ?? {}
    return { label: contender, values: new Map(blocks.map((block, at) => [block, values[at]!])) }
  })
}

/** How a setting of contenders that is swept moves their own figure: "Long polling: 2,450 B per delivery at 500 ms, 828 at 10 s." */
function trendText({ document, points }: Sweep, family: AnswerFamily): string | null {
  const [axis, second] = document.axes
  const last = points.at(-1)!
  // Along the first axis alone: the second stays where it is.
  const first = points.find(({ values }) => values[1] === last.values[1])!
  if (axis?.path.startsWith('contenders.') !== true || first === last) return null
  const key = axis.path.split('.').at(-1)!
  const { contenders } = document.scenario.resolved as { contenders?: readonly Record<string, unknown>[] }
  const swept = (contenders ?? []).filter((contender) => key in contender).map(({ label }) => label)
  const texts = contendersAt(document, last)
    .filter(({ label }) => swept.includes(label))
    .flatMap((contender) => {
      const [from, to] = [
        contendersAt(document, first)
          .find(({ label }) => label === contender.label)
          ?.medianOf(family.figure),
        contender.medianOf(family.figure),
      ]
      if (from == null || to === null || from <= 0 || to <= 0 || Math.max(from / to, to / from) < changedRatio) return []
      const [start, end] = [axisValue(axis, first.values[0]!), axisValue(axis, last.values[0]!)]
      return [`${contender.name} ${family.value(amountOf(family.figure, from))} at ${start} and ${amountOf(family.figure, to)} at ${end}`]
    })
  const where = second === undefined ? '' : ` at ${axisPoint(second, last.values[1]!)}`
  return texts.length === 0 ? null : `By ${axisInSentence(axis)}${where}: ${formatList(texts)}.`
}

/**
 * Shares that were lost, from the first point to the last, and the largest where it lies in between; counted, so without a verdict. Of a
 * contender without a trial that counts at a point nothing is said there.
 */
function lossesText({ document, points, contenders }: Sweep): string {
  const axis = document.axes[0]!
  const place = rangeText(axis, points[0]!.values[0]!, points.at(-1)!.values[0]!)
  const all = contenders.map(({ label, name }) => {
    const shares = points.flatMap((point) => {
      const share = contendersAt(document, point)
        .find((contender) => contender.label === label)
        ?.medianOf('lostRatio')
      return share == null ? [] : [{ share, point }]
    })
    return { name, shares, most: shares.reduce((most, { share }) => Math.max(most, share), 0) }
  })
  const known = all.filter(({ shares }) => shares.length > 0)
  const losers = known.filter(({ most }) => most > 0)
  const rest = known.filter(({ most }) => most === 0)
  const isWhole = known.length === all.length && known.every(({ shares }) => shares.length === points.length)
  const names =
    isWhole && rest.length === all.length ? allOf(all.map(({ name }) => name)) : formatList(shortened(rest.map(({ name }) => name)))
  if (losers.length === 0)
    return `${atStart(names, '')} ${rest.length === 1 ? 'loses' : 'lose'} nothing${isWhole ? '' : ' where it counts'} ${place}.`
  const texts = losers.map(({ name, shares, most }) => {
    const percent = (share: number): string => amountOf('lostRatio', share)
    const [first, last] = [shares[0]!, shares.at(-1)!]
    const peak = shares.find(({ share }) => share === most)!
    const remarks = [
      ...(peak.share > Math.max(first.share, last.share) ? [`most at ${pointText(document, peak.point)}: ${percent(most)} %`] : []),
      ...(shares.length < points.length ? [`counted at ${shares.length} of ${points.length} points`] : []),
    ]
    const range = shares.length === 1 ? percent(most) : `${percent(first.share)} to ${percent(last.share)}`
    return `${name} ${range} %${remarks.length === 0 ? '' : ` (${remarks.join('; ')})`}`
  })
  return `Lost ${place}: ${texts.join(', ')}${rest.length === 0 ? '' : `; ${names} nothing`}.`
}

/** "from 2 to 8 messages per second per channel", "from a poll interval of 250 ms to 30 s". */
function rangeText(axis: StudyAxis, from: number, to: number): string {
  const [start, end] = [axisPoint(axis, from), axisPoint(axis, to)]
  if (from === to) return `at ${start}`
  const value = axisValue(axis, from)
  return start.startsWith(value) ? `from ${value} to ${end}` : `from ${start} to ${axisValue(axis, to)}`
}

/** True where no trial of a contender counts since the load generator was at its limit. */
function isLimited({ loads = [], rows }: StudyPointResult, label: string): boolean {
  return (
    rows.some(({ contender, countedTrialCount }) => contender === label && countedTrialCount === 0) &&
    loads.some(
      ({ contender, cause, boundBy }) =>
        contender === label && (cause === 'generator' || boundBy.some((process) => process.startsWith('client host'))),
    )
  )
}

/** True where a contender was behind its load in most trials of a point, by its own doing. */
function isBehind({ loads = [] }: StudyPointResult, label: string): boolean {
  const own = loads.filter(({ contender }) => contender === label)
  return own.filter(({ isSaturated, cause }) => isSaturated && cause === 'server').length * 2 > own.length
}

/** Contenders of which no trial counts from a value on since the load generator was at its limit, in one line. */
function generatorLimits({ document, points, contenders }: Sweep): RankedLine[] {
  const axis = document.axes[0]!
  const found = contenders.flatMap(({ label, name }) => {
    const at = points.find((point) => isLimited(point, label))
    return at === undefined ? [] : [{ name, value: at.values[0]! }]
  })
  if (found.length === 0) return []
  const first = Math.min(...found.map(({ value }) => value))
  const names = shortened(found.map(({ name }) => name))
  return [
    {
      topic: 'capacity',
      text: `From ${axisPoint(axis, first)} on the load generator was the limit, not the server, for ${formatList(names)}.`,
      rank: 6,
    },
  ]
}

/**
 * Who could not keep up, from which value on; nothing where everybody did, or the server was not why. One that was behind and kept up
 * further on has no such value, and one that the generator could not load to the end has not shown that it keeps up.
 */
function givesIn({ document, points, contenders }: Sweep): RankedLine[] {
  const axis = document.axes[0]!
  const last = points.at(-1)!
  const found = contenders.flatMap(({ label, name }) => {
    const keptUpAt = points.findLastIndex((point) => !isBehind(point, label) && !isLimited(point, label))
    const at = points.slice(keptUpAt + 1).find((point) => isBehind(point, label))
    return at === undefined ? [] : [{ label, name, value: at.values[0]! }]
  })
  if (found.length === 0) return []
  const [first, ...others] = found.toSorted((a, b) => a.value - b.value)
  const rest = contenders.filter(({ label }) => !found.some((one) => one.label === label))
  const keeping = rest.filter(
    ({ label }) =>
      !points.some((point) => isBehind(point, label)) &&
      last.rows.some(({ contender, countedTrialCount }) => contender === label && countedTrialCount > 0),
  )
  const verb = keeping.length === 1 ? 'keeps' : 'keep'
  const names =
    keeping.length < rest.length ? formatList(shortened(keeping.map(({ name }) => name))) : `the other${rest.length === 1 ? '' : 's'}`
  const texts = [
    `${first!.name} cannot keep up from ${axisPoint(axis, first!.value)} on`,
    ...others.map(({ name, value }) => `${name} from ${axisValue(axis, value)}`),
    ...(keeping.length === 0 ? [] : [`${names} ${verb} up to ${axisValue(axis, last.values[0]!)}`]),
  ]
  return [{ topic: 'capacity', text: `${atStart(texts.join('; '), '')}.`, rank: 1 }]
}

function openOf(sweep: Sweep): Answer['open'] {
  const open = metricsAsked(sweep.document)
    .filter((metric) => metric !== 'lostRatio')
    .map(sweptFamily)
    .filter((family) => tierIn(sweep, family, sweep.points.at(-1)!).among === 'open')
  return open.length === 0
    ? null
    : {
        text: `Still open: ${formatList([...new Set(open.map(({ noun }) => noun))])} among those ahead; more blocks, or points further apart, would decide.`,
        blockCount: null,
        minutes: null,
      }
}
