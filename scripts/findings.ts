import { catalogue } from '../src/runner/catalogue.ts'
import { referenceOf } from './reference-quote.ts'

/** More lines of one scenario belong into its report. */
const mostLines = 4

/** What the committed references found, scenario by scenario, for README.md: sentences of the reports, none typed by hand. */
export function findingsText(): string {
  const kept = catalogue().flatMap(({ entries }) => entries.flatMap(({ name }) => referenceOf(name) ?? []))
  return kept
    .map(({ question, place, day, findings }) => {
      const rest = findings.length - mostLines
      const shown = rest > 1 ? [...findings.slice(0, mostLines), `… and ${rest} more in the report.`] : findings
      return [`**${question}** ([report](${place}/report.md), ${day})`, '', ...shown.map((finding) => `- ${finding}`)].join('\n')
    })
    .join('\n\n')
}
