import type { ResultDocument } from '../core/result.ts'
import { calculatorFigures } from './calculator/figures.ts'
import { calculatorSection, type StoredProfile } from './calculator/html.ts'
import { valuesOfRun, workloadOfValues } from './calculator/settings.ts'
import { calibrationLine, calibrationTone } from './calibration.ts'
import { figuresOf } from './charts/figures.ts'
import { interruptedLine, machineLine, questionOf, titleOf, workloadLine } from './facts.ts'
import { alertSection, backgroundSections, leadSection, tradeOffSection, trialSection, verdictSection } from './html-sections.ts'
import { calibrationSection } from './html-calibration.ts'
import { claimsSection } from './html-claims.ts'
import { figureSection } from './html-figures.ts'
import { htmlPage } from './html-page.ts'
import { recoverySection } from './html-recovery.ts'
import { html } from './html-text.ts'

/** The whole report of a run as one page: tables, charts with tooltips, verdicts, validity, scenario, environment. */
export async function htmlReport(document: ResultDocument, stored: StoredProfile | null = null): Promise<string> {
  const values = valuesOfRun(document)
  const figures = figuresOf(document)
  // The script computes by prices and ranges alone.
  const profile = stored === null ? undefined : { ...stored.profile, points: [], validation: [] }
  const interrupted = interruptedLine(document)
  return htmlPage({
    title: titleOf(document),
    figures: profile === undefined ? figures : [...figures, ...calculatorFigures(profile, workloadOfValues(values))],
    ...(profile === undefined ? {} : { profile }),
    body: `<h1>${html(titleOf(document))}</h1>
<p class="question">${html(questionOf(document))}</p>
<p class="workload">${html(workloadLine(document))}<br>${html(machineLine(document))}</p>
${contents(document)}
<p class="badge ${calibrationTone(document)}"><a href="#calibration">${html(calibrationLine(document))}</a></p>
${interrupted === null ? '' : `<div class="alert bad"><p>${html(interrupted)}</p></div>`}
${alertSection(document)}
${leadSection(document)}
${tradeOffSection(document)}
${recoverySection(document)}
${figureSection(figures)}
${calculatorSection(stored, values)}
${claimsSection(document)}
${verdictSection(document)}
${trialSection(document)}
${calibrationSection(document)}
${backgroundSections(document)}`,
  })
}

/** Links to the parts of the page. */
function contents(document: ResultDocument): string {
  const parts: [id: string, title: string][] = [
    ...(document.comparison.metrics.length === 0 ? [] : [['lead', 'Who leads'] as [string, string]]),
    ['trade-off', 'Trade-off'],
    ['charts', 'Charts'],
    ['calculator', 'Calculator'],
    ['claims', 'Claims'],
    ['verdicts', 'Verdicts'],
    ['trials', 'Trials'],
    ['calibration', 'Calibration'],
    ['reading', 'How to read this'],
    ['environment', 'Environment'],
  ]
  return `<nav aria-label="Parts of this report">${parts.map(([id, title]) => `<a href="#${id}">${html(title)}</a>`).join(' ')}</nav>`
}
