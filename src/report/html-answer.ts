import type { AnswerCell, AnswerTable } from '../answer/answer-table.ts'
import type { Answer } from '../core/answer.ts'
import { answerItems, tableLegend, withCode } from './answer-text.ts'
import type { Hints } from './blocks.ts'
import { html, table } from './html-text.ts'

/** The card that a page opens with. */
export function answerHtml(answer: Answer): string {
  const { kind, recommendation, trust } = answer
  const items = answerItems(answer).map(
    ({ topic, text, isOpen }) =>
      `<li${isOpen ? ' class="open"' : ''}><strong>${topic}:</strong> ${withCode(text, html, (code) => `<code>${html(code)}</code>`)}</li>`,
  )
  const badges = trust.map(({ text, tone }) => `<li class="${tone}">${html(text)}</li>`)
  return `<section class="answer ${kind}" aria-labelledby="answer"><h2 id="answer">${html(recommendation)}</h2>
${items.length === 0 ? '' : `<ul>${items.join('')}</ul>`}${badges.length === 0 ? '' : `<ul class="trust">${badges.join('')}</ul>`}</section>`
}

/** The table that stands with an answer: a bar below each number, and what is behind the number in a tooltip. */
export function answerTableHtml(answerTable: AnswerTable, hints: Hints = []): string {
  const { heads, rows } = answerTable
  const headCells = heads.map(({ label, spoilt }) => html(label) + (spoilt === null ? '' : `<span class="spoilt">▲ ${html(spoilt)}</span>`))
  const lines = rows.map(({ label, unit, cells }, row) => {
    const name = `${html(label)}${unit === '' ? '' : ` <span class="unit">${html(unit)}</span>`}`
    return `<tr><th scope="row">${name}</th>${cells.map((cell, at) => cellHtml(cell, hints[row]?.[at] ?? null)).join('')}</tr>`
  })
  const intervals = hints.length === 0 ? [] : ['Hover, or open “All figures with intervals”, for 95 % intervals.']
  const hasBars = rows.some(({ cells }) => cells.some(({ share }) => hasBar(share)))
  const bars = hasBars ? ['Bars are relative to the largest value of the row.'] : []
  const legend = [...tableLegend(answerTable), ...bars, ...intervals]
  return `${table(['<span class="unseen">Figure</span>', ...headCells], lines, 'answers')}<p class="notes">${html(legend.join(' '))}</p>`
}

const markSigns = { best: ['●', 'best or equal to it'], open: ['○', 'no reliable difference from the best yet'] } as const

function cellHtml({ text, mark, factor, share }: AnswerCell, hint: string | null): string {
  const title = hint === null ? '' : ` title="${html(hint)}"`
  const sign =
    mark === null
      ? ''
      : `<span class="sign" aria-hidden="true">${markSigns[mark][0]}</span><span class="unseen">${markSigns[mark][1]}: </span> `
  const times = factor === null ? '' : ` <span class="factor">${html(factor)}</span>`
  return `<td class="${mark ?? 'other'}"${title}><span class="number">${sign}${html(text)}</span>${times}${barHtml(share)}</td>`
}

function hasBar(share: number | null): share is number {
  return share !== null && share > 0
}

/** A picture and no style attribute, which the policy of the page does not allow. What is tiny stays a dot. */
function barHtml(share: number | null): string {
  if (!hasBar(share)) return ''
  const width = Math.max(1, Math.min(100, Math.round(share * 100)))
  return `<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="4"/></svg>`
}
