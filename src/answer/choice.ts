import type { Answer } from '../core/answer.ts'
import { formatList } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import { aboutOf, losesByPlan } from './families.ts'
import { mediansText } from './first-look.ts'
import { linesOf, mostLines } from './lines.ts'
import { openAmong } from './open.ts'
import { reservations, type Reservation } from './reservations.ts'
import { bySimplicity, dominated, ruledOutAlone } from './ruled-out.ts'
import { anyOf, choiceSentence, simplestClause } from './choice-sentence.ts'
import { atStart, inWords } from './sentences.ts'
import { statements } from './statements.ts'
import type { Subject } from './subject.ts'
import { isDecided, tierOf, tierText, type Tier } from './tiers.ts'

/** More contenders than this with their reasons make no sentence. */
const mostReserved = 2

/** The answer of a result with two blocks or more: limits rule out first, then whoever is dominated; the others are the choice. */
export function choice(subject: Subject): Omit<Answer, 'rulesVersion' | 'trust'> {
  const { document, measured, missing, families, standings } = subject
  const out = ruledOutAlone(document, measured)
  const candidates = measured.filter(({ label }) => !out.some(({ contender }) => contender === label))
  const { left, ruledOut } = dominated(candidates, families, standings)
  const tiers = new Map(families.map((family) => [family, tierOf(family, measured, standings)]))
  const unjudged = document.comparison.unjudgedLimits ?? []
  const isJudged = ({ label }: AnswerContender): boolean => !unjudged.some(({ contender }) => contender === label)
  const hasRuledOut = out.length + ruledOut.length > 0
  const counted = hasRuledOut || [...tiers.values()].some(isDecided) ? undefined : countedByPlan(subject)
  if (counted !== undefined) return counted
  const simplest = simplestOf(left)
  return {
    kind: 'choice',
    recommendation: recommendationOf({
      measured,
      left,
      tiers: [...tiers.values()],
      simplest,
      isByLimits: ruledOut.length === 0 && hasRuledOut && missing.length === 0 && left.every(isJudged),
      reserved: reservations(left, subject),
    }),
    choose: left.map(({ label }) => label),
    simplest: simplest?.label ?? null,
    ruledOut: [...out, ...ruledOut],
    lines: linesOf(
      subject,
      (family) => ({ text: tierText(tiers.get(family)!), isTelling: isDecided(tiers.get(family)!) }),
      // Who is ruled out takes the place of a line.
      hasRuledOut ? mostLines - 1 : mostLines,
    ),
    open: openAmong(document, { left, missing, families, standings }),
  }
}

/**
 * The answer where clients vanish by plan: who loses by plan is never named better, so no block would decide anything, and what was
 * counted is the answer. Undefined where none do, or where nothing that the scenario asks about was counted.
 */
function countedByPlan(subject: Subject): Omit<Answer, 'rulesVersion' | 'trust'> | undefined {
  const { document, measured } = subject
  const asked = aboutOf(document)[0]
  const counted = statements(document, measured).find(({ topic }) => topic === asked)
  if (!losesByPlan(document) || counted === undefined) return undefined
  const lines = linesOf(subject, (family) => ({ text: mediansText(family, measured), isTelling: true }), mostLines + 1)
  return {
    kind: 'choice',
    recommendation: counted.text,
    choose: [],
    simplest: null,
    ruledOut: [],
    lines: lines.filter(({ text }) => text !== counted.text).slice(0, mostLines),
    open: null,
  }
}

/** The simplest of several; undefined where two are equally simple, as one transport with two options is, or where one has no place. */
function simplestOf(left: readonly AnswerContender[]): AnswerContender | undefined {
  const [first, second] = left.toSorted(bySimplicity)
  if (second === undefined || left.some(({ simplicityRank }) => simplicityRank === undefined)) return undefined
  return first!.simplicityRank === second.simplicityRank ? undefined : first
}

interface Choice {
  measured: readonly AnswerContender[]
  left: readonly AnswerContender[]
  tiers: readonly Tier[]
  simplest: AnswerContender | undefined
  /** True where limits alone ruled others out. */
  isByLimits: boolean
  reserved: readonly Reservation[]
}

function recommendationOf({ measured, left, tiers, simplest, isByLimits, reserved }: Choice): string {
  const names = left.map(({ name }) => name)
  const simple = simplestClause(names, simplest?.name)
  if (left.length === 0)
    return `${measured.length === 2 ? 'Neither' : `None of the ${inWords(measured.length)}`} meets what the scenario asks.`
  const first = left.filter((contender) => !reserved.some((entry) => entry.contender === contender))
  if (reserved.length > 0 && reserved.length <= mostReserved && first.length > 0) {
    const others = reserved.map(({ contender, text }) => `, or ${contender.name}, which ${text}`)
    return `Choose ${anyOf(first.map(({ name }) => name))}${others.join('')}${simple}.`
  }
  if (left.length === 1) return `Choose ${names[0]}${isByLimits ? ': no other meets what the scenario asks' : ''}.`
  const isApart = (tier: Tier): boolean => isDecided({ ...tier, ahead: those(tier.ahead, left), behind: those(tier.behind, left) })
  if (tiers.some(isApart) || left.length < measured.length) return choiceSentence(names, simplest?.name)
  // Of a fault that took nobody away there is no figure, and nothing is missing.
  return tiers.every(({ among, isWhole, family }) => among !== 'open' && (isWhole || family.topic === 'recovery'))
    ? `${atStart(formatList(names), left[0]!.label)} do not differ in anything that matters${simple}.`
    : `No reliable difference yet between ${formatList(names)}${simple}.`
}

function those(placed: Tier['ahead'], left: readonly AnswerContender[]): Tier['ahead'] {
  return placed.filter(({ contender }) => left.includes(contender))
}
