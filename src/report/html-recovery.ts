import type { ResultDocument } from '../core/result.ts'
import { html, list, row, section, table } from './html-text.ts'
import { recoveryColumns, recoveryGaps, recoveryNote, recoveryRows, silentReaderLines } from './recovery.ts'

/** How clients came back from each fault; nothing where none was planned. */
export function recoverySection(document: ResultDocument): string {
  const rows = recoveryRows(document).map((cells) => row(cells.map(html)))
  const gaps = [...silentReaderLines(document), ...recoveryGaps(document)]
  if (rows.length + gaps.length === 0) return ''
  const content = `<p class="notes">${html(recoveryNote)}</p>${table(recoveryColumns.map(html), rows, 'trials')}${gaps.length === 0 ? '' : list(gaps)}`
  return section('Recovery', content, 'recovery')
}
