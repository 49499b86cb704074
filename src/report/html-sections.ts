import { metrics } from '../core/metric.ts'
import type { ResultDocument } from '../core/result.ts'
import { chartAliases } from './contenders.ts'
import { breachLines, controlLine, environmentRows, orderLines, planLine, provenanceLine, scenarioRows, warningLines } from './facts.ts'
import { fieldGaps, summaryGaps } from './gaps.ts'
import { howToRead, redoCommands } from './guidance.ts'
import { folded, html, list, row, section, table } from './html-text.ts'
import { Footnotes, type Cell } from './metric-view.ts'
import { steadyLines } from './steady-text.ts'
import { tradeOff } from './trade-off.ts'
import type { TradeOffRow } from './traffic-rows.ts'
import { trialColumns, trialRows } from './trial-table.ts'
import { besideText, mattersText, tierOf, tiers, verdictSentence } from './verdicts.ts'
import { recoveryColumns, recoveryNoteOf, recoveryNotes, recoveryRows } from './recovery.ts'
import { calibrationColumns, calibrationNotes, calibrationRows, expectedText, findingsNotPassed, measuredText } from './calibration.ts'
import { claimTransports } from './claims/claim-table.ts'
import { judgeClaims, type JudgedCell } from './claims/judge.ts'
import { withoutClaim } from './missing-transports.ts'

function cellHtml(cell: Cell, notes: Footnotes): string {
  const mark = notes.markOf(cell)
  return [
    `<span class="${cell.state}">${html(cell.text)}</span>`,
    cell.interval === null ? '' : `<span class="interval">${html(cell.interval)}</span>`,
    mark === '' ? '' : `<span class="mark">${mark}</span>`,
  ].join('')
}

function noteList(notes: Footnotes): string {
  const lines = notes.lines()
  return lines.length === 0 ? '' : `<p class="notes">${lines.map(html).join('<br>')}</p>`
}

const bases = { measured: 'measured', counted: 'counted', declared: 'by protocol, not measured' } as const

function basis(shown: TradeOffRow): string {
  return `<span class="basis">${bases[shown.basis]}</span>`
}

function tradeOffRows(rows: readonly TradeOffRow[], notes: Footnotes): string[] {
  let group = ''
  return rows.flatMap((shown) => {
    const cells = shown.cells.map((cell) => cellHtml(cell, notes))
    const isFirst = shown.group !== group
    group = shown.group
    if (shown.label === '') return [row([`<span class="group">${html(shown.group)}</span>${basis(shown)}`, ...cells])]
    const head = `<tr class="group-row"><th scope="rowgroup"><span class="group">${html(shown.group)}</span>${basis(shown)}</th><td colspan="${cells.length}"></td></tr>`
    return [...(isFirst ? [head] : []), row([html(shown.label), ...cells])]
  })
}

function tradeOffSection(document: ResultDocument): string {
  return section('Trade-off', tradeOffContent(document), 'trade-off')
}

/** The trade-off table with its notes, without a heading: a page may have several. */
export function tradeOffContent(document: ResultDocument): string {
  const notes = new Footnotes()
  const { contenders, rows, note } = tradeOff(document)
  const aliases = chartAliases(contenders)
  const heads = [
    '',
    ...contenders.map(
      ({ label }, at) => html(label) + (aliases[at] == null ? '' : `<span class="alias">in charts: ${html(aliases[at])}</span>`),
    ),
  ]
  return `<p>${html(note)}</p>${table(heads, tradeOffRows(rows, notes), 'trade-off')}${noteList(notes)}`
}

/** Who leads, metric by metric. */
function leadSection(document: ResultDocument): string {
  const sentences = tiers(document).map(({ sentence }) => sentence)
  return sentences.length === 0 ? '' : section('Who leads', list(sentences), 'lead')
}

/** Every verdict on every pair, folded by metric. */
function verdictSection(document: ResultDocument): string {
  const parts = document.comparison.metrics.map((comparison) => {
    const { label } = metrics[comparison.metric]
    const pairs = comparison.pairs.map((pair) => verdictSentence(comparison.metric, pair) + besideText(comparison.metric, pair))
    const none = `Nothing was compared: ${comparison.reasons['pairs'] ?? 'no pair has a value'}.`
    const lead = `<p>${html(`${tierOf(document, comparison).sentence}. ${mattersText(comparison)}.`)}</p>`
    return folded(
      `${label} (${pairs.length} pair${pairs.length === 1 ? '' : 's'})`,
      lead + (pairs.length === 0 ? `<p>${html(none)}</p>` : list(pairs)),
    )
  })
  return section('Verdicts on every pair', parts.join(''), 'verdicts')
}

const statusColumn = trialColumns.indexOf('Status')

/** Every trial with its validity and the reasons for it. */
function trialSection(document: ResultDocument): string {
  const notes = new Footnotes()
  const rows = trialRows(document).map(({ cells, status, reasons }) =>
    row([
      ...cells.map((cell, at) => (at === statusColumn ? statusHtml(status) : cellHtml(cell, notes))),
      reasons.length === 0 ? '' : `<span class="reason">${reasons.map(html).join('<br>')}</span>`,
    ]),
  )
  return section(
    'Trials',
    table([...trialColumns.map(html), 'Reasons'], rows, 'trials') + noteList(notes) + list(steadyLines(document)),
    'trials',
  )
}

/** Limits exceeded and warnings: what a reader must see before the figures. */
function alertSection(document: ResultDocument): string {
  const breaches = breachLines(document)
  const warnings = warningLines(document)
  return [
    breaches.length === 0 ? '' : `<div class="alert bad"><h2>Limits exceeded</h2>${list(breaches)}</div>`,
    warnings.length === 0 ? '' : `<div class="alert"><h2>Warnings</h2>${list(warnings)}</div>`,
  ].join('\n')
}

/** What was set, on which machine, in which order, and how to do it again. */
function backgroundSections(document: ResultDocument): string {
  const fields = fieldGaps(document)
  const gaps = [
    summaryGaps(document).length === 0 ? '' : list(summaryGaps(document)),
    fields.length === 0 ? '' : folded('Every field of the trials that has no value', list(fields)),
  ].join('')
  const settings = scenarioRows(document).map(({ path, value, source }) => row([html(path), html(value), html(source)]))
  const machine = environmentRows(document).map((pair) => row(pair.map(html)))
  const commands = redoCommands(document).map((command) => `<pre><code>${html(command)}</code></pre>`)
  return [
    section('How to read this', list(howToRead), 'reading'),
    section('Not measured', gaps, 'gaps'),
    section(
      'Order of trials',
      `<p>${html(planLine(document))}</p>${list(orderLines(document))}<p>${html(controlLine(document))}</p>`,
      'order',
    ),
    section('Scenario', folded('Every setting with its source', table(['Setting', 'Value', 'Source'], settings, 'facts')), 'scenario'),
    section('Environment', folded('What is known of the machine', table(['Name', 'Value'], machine, 'facts')), 'environment'),
    section('How to do it again', `${commands.join('')}<p>${html(provenanceLine(document))}</p>`, 'again'),
  ].join('')
}

/** How clients came back from each fault; nothing where none was planned. */
function recoverySection(document: ResultDocument): string {
  const rows = recoveryRows(document).map((cells) => row(cells.map(html)))
  const notes = recoveryNotes(document)
  if (rows.length + notes.length === 0) return ''
  const content = `<p class="notes">${html(recoveryNoteOf(document))}</p>${table(recoveryColumns.map(html), rows, 'trials')}${notes.length === 0 ? '' : list(notes)}`
  return section('Recovery', content, 'recovery')
}

const verdictColumn = calibrationColumns.indexOf('Verdict')
const findingColumns = ['Finding', 'Expected', 'Measured', 'Tolerance', 'Verdict']

/** Every check of the calibration, what did not pass, and every finding folded away. */
function calibrationSection(document: ResultDocument): string {
  const checks = calibrationRows(document)
  const notes = [...calibrationNotes(document), ...findingsNotPassed(document)]
  const rows = checks.map(({ check, cells }) =>
    row(cells.map((cell, at) => (at === verdictColumn ? statusHtml(check.verdict) : html(cell)))),
  )
  const findings = checks.flatMap(({ check }) =>
    check.findings.map((finding) =>
      row([
        html(`${check.id} ${finding.what}`),
        html(expectedText(finding)),
        html(measuredText(finding)),
        html(finding.tolerance),
        statusHtml(finding.verdict),
      ]),
    ),
  )
  const content = [
    notes.length === 0 ? '' : list(notes),
    rows.length === 0 ? '' : table(calibrationColumns.map(html), rows, 'facts'),
    findings.length === 0 ? '' : folded(`Every finding (${findings.length})`, table(findingColumns, findings, 'facts')),
  ]
  return section('Calibration', content.join(''), 'calibration')
}

function statusHtml(verdict: string): string {
  return `<span class="status ${verdict}">${html(verdict)}</span>`
}

const claimsNote =
  'The usual comparison of the four transports makes a claim in each cell. This is what this run alone says to it; docs/claims.md weighs all reference results.'

/** What a run says to the claims of docs/claims.md. */
function claimsSection(document: ResultDocument): string {
  const rows = judgeClaims({ results: [{ file: 'this run', document }], studies: [] })
  const verdicts = rows.map(({ row: { title }, cells }) => row([html(title), ...cells.map(claimHtml)]))
  const details = rows
    .filter(({ cells }) => cells.some(({ statements }) => statements.length > 0))
    .map(({ row: { title }, ruleText, cells }) =>
      folded(
        title,
        `<p class="notes">${html(ruleText)}</p>` +
          list(cells.flatMap(({ transport, statements }) => statements.map(({ outcome, text }) => `${transport}, ${outcome}: ${text}`))),
      ),
    )
  const body = `<p>${html([claimsNote, ...withoutClaim()].join(' '))}</p>${table(['', ...claimTransports.map(html)], verdicts, 'claims')}${details.join('')}`
  return section('Claims', body, 'claims')
}

function claimHtml({ words, verdict, why, figures }: JudgedCell): string {
  const measured = figures === null ? '' : `<span class="interval">${html(figures.text)}</span>`
  return `<span class="said">${html(words)}</span> <strong class="claim ${verdict.replace(' ', '-')}">${html(verdict)}</strong><span class="reason">${html(why)}</span>${measured}`
}

/** What stands before the charts: alerts, who leads, the trade-off, the recovery from faults. */
export function leadingSections(document: ResultDocument): string {
  return [alertSection, leadSection, tradeOffSection, recoverySection].map((part) => part(document)).join('\n')
}

/** What stands behind them: claims, every verdict and trial, the calibration, and what was set. */
export function detailSections(document: ResultDocument): string {
  return [claimsSection, verdictSection, trialSection, calibrationSection, backgroundSections].map((part) => part(document)).join('\n')
}
