import type { ResultDocument } from '../../core/result.ts'
import { contendersOf, evidenceText } from '../contenders.ts'
import { chartLabels } from '../name-text.ts'

/** What the figures of a chart rest on: blocks and validity, said once where all contenders have the same. */
export function evidenceNote(document: ResultDocument): string {
  const contenders = contendersOf(document)
  const labels = chartLabels(contenders.map(({ label }) => label))
  const texts = contenders.map(({ row }) => evidenceText(row))
  const [first] = texts
  if (first === undefined) return 'No contender has run.'
  if (texts.every((text) => text === first)) return `${contenders.length === 1 ? '' : 'Each contender: '}${first}.`
  return `${texts.map((text, at) => `${labels[at]}: ${text}`).join('; ')}.`
}
