import { worstErrorRatio, type VerifiedTransport } from '../advisor/verify-choice.ts'
import type { CheckedFigure } from '../core/profile-result.ts'
import { formatList, formatShare } from '../text/format.ts'
import { nameOf } from '../report/choice-text.ts'
import { validationCells } from '../report/profile-report.ts'
import { plainTable } from '../report/terminal-table.ts'

const worst = formatShare(worstErrorRatio)

/** How a verification judges. */
export const ruleOfVerification = `Rule: a prediction holds if CPU, memory, descriptors, requests and bytes of a valid trial are each within ${worst} of it. Latencies and connects are shown but decide nothing. A tainted or invalid trial decides nothing and is run at most three times. Exit code 4: a prediction is off; 5: otherwise, if none could be judged.`

/** One transport as a table, with why it judges nothing below it. */
export function verifiedText({ transport, scaleText, status, why, row, verdict, doubts }: VerifiedTransport): string {
  if (row === null) return `${transport}: the trial is ${status} and decides nothing${why === null ? '' : ` (${why})`}\n`
  const table = plainTable(
    [['', 'predicted', 'measured', '', 'error'], ...row.figures.map(validationCells)],
    ['left', 'right', 'right', 'left', 'right'],
  )
  const note = verdict === 'not judged' ? `Not judged: ${whyUnjudged({ status, doubts })}.\n` : ''
  return `${transport}: ${row.point} (${status}; ${scaleText})\n${table}\n${note}`
}

/** What a verification comes to, in one sentence. */
export function verificationConclusion(found: readonly VerifiedTransport[]): string {
  const listed = (verdict: VerifiedTransport['verdict'], text: (one: VerifiedTransport) => string): string | null => {
    const mine = found.filter((one) => one.verdict === verdict)
    return mine.length === 0 ? null : formatList(mine.map(text))
  }
  const off = listed('off', (one) => `${nameOf(one.transport)} (${one.off.map(errorText).join(', ')})`)
  const unjudged = listed('not judged', (one) => `${nameOf(one.transport)} (${whyUnjudged(one)})`)
  const right = listed('holds', ({ transport }) => nameOf(transport))
  const parts = [
    ...(off === null ? [] : [`is off for ${off}`]),
    ...(unjudged === null ? [] : [`was not judged for ${unjudged}`]),
    ...(right === null ? [] : [`is right within ${worst} for ${right}`]),
  ]
  return `The prediction ${parts.length === 0 ? 'was not judged: no transport was run' : parts.join('; it ')}.`
}

function errorText({ figure, errorRatio }: CheckedFigure): string {
  return `${figure} by ${formatShare(errorRatio!)}`
}

function whyUnjudged({ status, doubts }: Pick<VerifiedTransport, 'status' | 'doubts'>): string {
  if (status === 'valid') return 'its trial has no figure to compare with'
  return `its trial is ${status}${doubts.length === 0 ? '' : `: ${doubts.join('; ')}`}`
}
