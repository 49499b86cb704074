import type { ResultDocument } from '../core/result.ts'
import { calibrationLine, calibrationTone } from './calibration.ts'
import { figuresOf } from './charts/figures.ts'
import { interruptedLine, machineLine, questionOf, titleOf, workloadLine } from './facts.ts'
import { alertSection, backgroundSections, leadSection, tradeOffSection, trialSection, verdictSection } from './html-sections.ts'
import { calibrationSection } from './html-calibration.ts'
import { figureSection } from './html-figures.ts'
import { htmlPage } from './html-page.ts'
import { recoverySection } from './html-recovery.ts'
import { html } from './html-text.ts'

/** The whole report of a run as one page: tables, charts with tooltips, verdicts, validity, scenario, environment. */
export async function htmlReport(document: ResultDocument): Promise<string> {
  const interrupted = interruptedLine(document)
  return htmlPage({
    title: titleOf(document),
    figures: figuresOf(document),
    body: `<h1>${html(titleOf(document))}</h1>
<p class="question">${html(questionOf(document))}</p>
<p class="workload">${html(workloadLine(document))}<br>${html(machineLine(document))}</p>
<p class="badge ${calibrationTone(document)}"><a href="#calibration">${html(calibrationLine(document))}</a></p>
${interrupted === null ? '' : `<div class="alert bad"><p>${html(interrupted)}</p></div>`}
${alertSection(document)}
${leadSection(document)}
${tradeOffSection(document)}
${recoverySection(document)}
${figureSection(figuresOf(document))}
${verdictSection(document)}
${trialSection(document)}
${calibrationSection(document)}
${backgroundSections(document)}`,
  })
}
