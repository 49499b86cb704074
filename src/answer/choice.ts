import type { Answer } from '../core/answer.ts'
import { formatList } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import { linesOf, mostLines } from './lines.ts'
import { openAmong } from './open.ts'
import { bySimplicity, dominated, ruledOutAlone } from './ruled-out.ts'
import { choiceSentence, simplestClause } from './choice-sentence.ts'
import { atStart, inWords } from './sentences.ts'
import type { Subject } from './subject.ts'
import { isDecided, tierOf, tierText, type Tier } from './tiers.ts'

/** The answer of a result with two blocks or more: limits rule out first, then whoever is dominated; the others are the choice. */
export function choice(subject: Subject): Omit<Answer, 'rulesVersion' | 'trust'> {
  const { document, measured, missing, families, standings } = subject
  const out = ruledOutAlone(document, measured)
  const candidates = measured.filter(({ label }) => !out.some(({ contender }) => contender === label))
  const { left, ruledOut } = dominated(candidates, families, standings)
  const tiers = new Map(families.map((family) => [family, tierOf(family, measured, standings)]))
  const simplest = simplestOf(left)
  const unjudged = document.comparison.unjudgedLimits ?? []
  const isJudged = ({ label }: AnswerContender): boolean => !unjudged.some(({ contender }) => contender === label)
  const hasRuledOut = out.length + ruledOut.length > 0
  return {
    kind: 'choice',
    recommendation: recommendationOf({
      measured,
      left,
      tiers: [...tiers.values()],
      simplest,
      isByLimits: ruledOut.length === 0 && hasRuledOut && missing.length === 0 && left.every(isJudged),
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

/** The simplest of several; undefined where two are equally simple, as one transport with two options is, or where one was not counted. */
function simplestOf(left: readonly AnswerContender[]): AnswerContender | undefined {
  const [first, second] = left.toSorted(bySimplicity)
  if (second === undefined || left.some(({ lineCount }) => lineCount === undefined)) return undefined
  return first!.lineCount === second.lineCount ? undefined : first
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
  const simple = simplestClause(names, simplest?.name)
  if (left.length === 0)
    return `${measured.length === 2 ? 'Neither' : `None of the ${inWords(measured.length)}`} meets what the scenario asks.`
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
