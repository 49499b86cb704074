import type { ResultDocument } from '../core/result.ts'
import { calculatorPart, type StoredProfile } from './calculator/html.ts'
import { valuesOfScenario } from './calculator/settings.ts'
import { calibrationLine, calibrationTone } from './calibration.ts'
import { figuresOf } from './charts/figures.ts'
import { interruptedLine, machineLine, questionOf, titleOf } from './facts.ts'
import { detailSections, leadingSections } from './html-sections.ts'
import { figureSection } from './html-figures.ts'
import { htmlPage } from './html-page.ts'
import { contents, html } from './html-text.ts'
import { withoutModel } from './missing-transports.ts'
import { workloadLine } from './headline.ts'

const parts = [
  ['lead', 'Who leads'],
  ['trade-off', 'Trade-off'],
  ['recovery', 'Recovery'],
  ['charts', 'Charts'],
  ['calculator', 'Calculator'],
  ['claims', 'Claims'],
  ['verdicts', 'Verdicts'],
  ['trials', 'Trials'],
  ['calibration', 'Calibration'],
  ['reading', 'How to read this'],
  ['environment', 'Environment'],
] as const

/** The whole report of a run as one page: tables, charts with tooltips, verdicts, validity, scenario, environment. */
export async function htmlReport(document: ResultDocument, stored: StoredProfile | null = null): Promise<string> {
  const figures = figuresOf(document)
  const calculator = calculatorPart(stored, valuesOfScenario(document.scenario, document.plan), withoutModel())
  const interrupted = interruptedLine(document)
  const body = `${interrupted === null ? '' : `<div class="alert bad"><p>${html(interrupted)}</p></div>`}
${leadingSections(document)}
${figureSection(figures)}
${calculator.section}
${detailSections(document)}`
  return htmlPage({
    ...calculator,
    title: titleOf(document),
    figures: [...figures, ...calculator.figures],
    body: `<h1>${html(titleOf(document))}</h1>
<p class="question">${html(questionOf(document))}</p>
<p class="workload">${html(workloadLine(document))}<br>${html(machineLine(document))}</p>
${contents(parts, body)}
<p class="badge ${calibrationTone(document)}"><a href="#calibration">${html(calibrationLine(document))}</a></p>
${body}`,
  })
}
