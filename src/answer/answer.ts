import { answerRulesVersion, type Answer, type AnswerLine } from '../core/answer.ts'
import type { ResultDocument } from '../core/result.ts'
import { gates } from '../metrics/gates.ts'
import { isCounted } from '../metrics/validity.ts'
import { oneLine } from '../text/one-line.ts'
import { formatList } from '../text/format.ts'
import { answerContenders, type AnswerContender } from './contenders.ts'
import { answerFamilies, type AnswerFamily } from './families.ts'
import { firstLookText, mediansText } from './first-look.ts'
import { openAfterFirstLook, openAmong } from './open.ts'
import { bySimplicity, dominated, lossText, ruledOutAlone } from './ruled-out.ts'
import { anyOf, atStart, inWords, rangeOf } from './sentences.ts'
import { spoiltText, standingTrials } from './spoilt.ts'
import { Standings } from './standings.ts'
import { isDecided, placedIn, tierOf, tierText, type Tier } from './tiers.ts'
import { trustOf } from './trust.ts'

const mostLines = 5

type Said = Omit<Answer, 'rulesVersion' | 'trust'>

/**
 * What a result says to the question of its scenario (docs/method.md#the-answer). Pure: the same document has the same answer, so
 * that a result from before there were answers gets one when it is read.
 */
export function answerOf(document: ResultDocument): Answer {
  return { rulesVersion: answerRulesVersion, ...said(document), trust: trustOf(document) }
}

function said(document: ResultDocument): Said {
  const contenders = answerContenders(document)
  const measured = contenders.filter(({ row }) => row !== undefined && row.countedTrialCount > 0)
  const families = answerFamilies(document, measured)
  const standings = new Standings(document, families)
  const spoilt = spoiltText(document)
  if (spoilt !== null) return spoiltAnswer(spoilt, measured, families, standings)
  if (measured.length === 0) return nothing(whyNothing(document))
  const missing = contenders.filter((contender) => !measured.includes(contender))
  if (measured.length === 1) return alone(document, measured[0]!, missing, families)
  const isFirstLook = Math.max(0, ...document.comparison.metrics.flatMap(({ pairs }) => pairs.map(({ blockCount }) => blockCount))) < 2
  if (isFirstLook) return firstLook(document, measured, missing, families)
  return choice(document, { measured, missing, families, standings })
}

const none = { choose: [], simplest: null, ruledOut: [], lines: [], open: null }

function nothing(recommendation: string): Said {
  return { kind: 'nothing', recommendation, ...none }
}

/** What still holds of a run whose times were spoilt: families that are decided all the same. */
function spoiltAnswer(
  recommendation: string,
  measured: readonly AnswerContender[],
  families: readonly AnswerFamily[],
  standings: Standings,
): Said {
  const tiers = families.map((family) => tierOf(family, measured, standings)).filter(isDecided)
  const lines = tiers.map((tier): AnswerLine => ({ topic: tier.family.topic, text: tierText(tier) }))
  return { kind: 'spoilt', recommendation, ...none, lines: lines.slice(0, mostLines) }
}

function whyNothing(document: ResultDocument): string {
  const [failed] = document.failedTrials
  const trials = standingTrials(document)
  if (trials.length === 0) {
    return failed === undefined
      ? 'Nothing was measured: no trial finished.'
      : `Nothing was measured: ${sentenceEnd(oneLine(failed.message))}`
  }
  const reasons = trials.filter((trial) => !isCounted(trial)).flatMap(({ validity }) => validity.reasons)
  const [first] = reasons.filter(({ status }) => status === 'invalid' || status === 'unknown')
  const why = gates.find(({ gate }) => gate === first?.gate)?.brief ?? 'no trial is valid'
  return `Nothing to compare: no trial counts, since ${why}${first === undefined ? '' : ` (${oneLine(first.message)})`}.`
}

function sentenceEnd(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`
}

function alone(
  document: ResultDocument,
  contender: AnswerContender,
  missing: readonly AnswerContender[],
  families: readonly AnswerFamily[],
): Said {
  const who = atStart(contender.name, contender.label)
  const others = missing.length === 0 ? '' : `; no trial of ${anyOf(missing.map(({ name }) => name))} counts`
  const ruledOut = ruledOutAlone(document, [contender])
  const lines = families.flatMap((family): AnswerLine[] => {
    const text = family.topic === 'loss' ? lossText([contender]) : aloneText(family, contender)
    return text === null ? [] : [{ topic: family.topic, text }]
  })
  const broken = ruledOut[0] === undefined ? '' : ` ${ruledOut[0].text}`
  return {
    ...nothing(`${who} was measured alone, so there is nothing to compare${others}.${broken}`),
    ruledOut,
    lines: lines.slice(0, mostLines),
  }
}

function aloneText(family: AnswerFamily, contender: AnswerContender): string | null {
  const [placed] = placedIn(family, [contender])
  return placed === undefined ? null : `${family.value(rangeOf(family.metric, [placed.median]))}.`
}

function firstLook(
  document: ResultDocument,
  measured: readonly AnswerContender[],
  missing: readonly AnswerContender[],
  families: readonly AnswerFamily[],
): Said {
  const ruledOut = ruledOutAlone(document, measured)
  const lines = families.flatMap((family): AnswerLine[] => {
    const text = family.topic === 'loss' ? lossText(measured) : mediansText(family, measured)
    return text === null || text === '' ? [] : [{ topic: family.topic, text }]
  })
  const absent = missing.length === 0 ? '' : ` No trial of ${anyOf(missing.map(({ name }) => name))} counts.`
  const broken = ruledOut.length === 0 ? '' : ` ${ruledOut.map(({ text }) => text).join(' ')}`
  return {
    kind: 'firstLook',
    recommendation: `${firstLookText(
      families.filter(({ topic }) => topic !== 'loss'),
      measured,
    )}${broken}${absent}`,
    choose: [],
    simplest: null,
    ruledOut,
    lines: lines.slice(0, mostLines),
    open: openAfterFirstLook(document),
  }
}

interface Compared {
  measured: readonly AnswerContender[]
  missing: readonly AnswerContender[]
  families: readonly AnswerFamily[]
  standings: Standings
}

function choice(document: ResultDocument, { measured, missing, families, standings }: Compared): Said {
  const out = ruledOutAlone(document, measured)
  const candidates = measured.filter(({ label }) => !out.some(({ contender }) => contender === label))
  const { left, ruledOut } = dominated(candidates, families, standings)
  const tiers = families.map((family) => tierOf(family, measured, standings))
  const simplest = simplestOf(left)
  return {
    kind: 'choice',
    recommendation: recommendationOf({ measured, left, tiers, simplest, isByLimits: ruledOut.length === 0 && out.length > 0 }),
    choose: left.map(({ label }) => label),
    simplest: simplest?.label ?? null,
    ruledOut: [...out, ...ruledOut],
    lines: linesOf(tiers, measured, out.length + ruledOut.length === 0 ? mostLines : mostLines - 1),
    open: openAmong(document, { left, missing, families, standings }),
  }
}

/** The simplest of several; undefined where two are equally simple, as one transport with two options is. */
function simplestOf(left: readonly AnswerContender[]): AnswerContender | undefined {
  const [first, second] = left.toSorted(bySimplicity)
  return first?.lineCount === undefined || second === undefined || first.lineCount === second.lineCount ? undefined : first
}

interface Choice {
  measured: readonly AnswerContender[]
  left: readonly AnswerContender[]
  tiers: readonly Tier[]
  simplest: AnswerContender | undefined
  /** True where limits alone ruled others out. */
  isByLimits: boolean
}

function recommendationOf({ measured, left, tiers, simplest, isByLimits }: Choice): string {
  const names = left.map(({ name }) => name)
  const simple = simplest === undefined ? '' : `; ${simplest.name} is the ${left.length === 2 ? 'simpler' : 'simplest'}`
  if (left.length === 0)
    return `${measured.length === 2 ? 'Neither' : `None of the ${inWords(measured.length)}`} meets what the scenario asks.`
  if (left.length === 1) return `Choose ${names[0]}${isByLimits ? ': no other meets what the scenario asks' : ''}.`
  const isApart = (tier: Tier): boolean => isDecided({ ...tier, ahead: those(tier.ahead, left), behind: those(tier.behind, left) })
  if (tiers.some(isApart) || left.length < measured.length) return `Choose ${anyOf(names)}${simple}.`
  const isEqual = tiers.every(({ among }) => among !== 'open')
  return isEqual
    ? `${atStart(formatList(names), left[0]!.label)} do not differ in anything that matters${simple}.`
    : `No reliable difference yet between ${formatList(names)}${simple}.`
}

function those(placed: Tier['ahead'], left: readonly AnswerContender[]): Tier['ahead'] {
  return placed.filter(({ contender }) => left.includes(contender))
}

/** A line for each family, those that say who is ahead before the others where there is no room for all; in the order of the families. */
function linesOf(tiers: readonly Tier[], measured: readonly AnswerContender[], most: number): AnswerLine[] {
  const texts = tiers.flatMap((tier) => {
    const text = tier.family.topic === 'loss' ? lossText(measured) : tierText(tier)
    return text === null || text === '' ? [] : [{ tier, line: { topic: tier.family.topic, text } }]
  })
  const kept = texts.toSorted((a, b) => Number(isDecided(b.tier)) - Number(isDecided(a.tier))).slice(0, most)
  return texts.filter((entry) => kept.includes(entry)).map(({ line }) => line)
}
