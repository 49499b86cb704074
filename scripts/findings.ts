import { catalogue } from '../src/cli/catalogue.ts'
import { referenceOf } from './reference-quote.ts'

/** More lines of one scenario are folded. */
const mostLines = 4

/** What the committed references found, scenario by scenario, for README.md: sentences of the reports, none typed by hand. */
export function findingsText(): string {
  const kept = catalogue().flatMap(({ entries }) => entries.flatMap(({ name }) => referenceOf(name) ?? []))
  return kept
    .map(({ question, place, day, findings }) => {
      const bullets = findings.map((finding) => `- ${finding}`)
      const rest = bullets.length - mostLines
      const shown =
        rest > 1
          ? [
              ...bullets.slice(0, mostLines),
              '',
              `<details><summary>… and ${rest} more</summary>`,
              '',
              ...bullets.slice(mostLines),
              '',
              '</details>',
            ]
          : bullets
      return [`**${question}** ([report](${place}/report.md), ${day})`, '', ...shown].join('\n')
    })
    .join('\n\n')
}
