import { catalogue, type CatalogueEntry } from '../src/cli/catalogue.ts'
import { metrics, type MetricId } from '../src/core/metric.ts'
import type { Scenario } from '../src/core/scenario.ts'
import type { MicroBenchmarkFile } from '../src/micro/micro-benchmark.ts'
import { microBenchmarkNotes } from '../src/micro/micro-benchmark.ts'
import { loadText } from '../src/traffic/traffic-plan.ts'
import { escaped } from '../src/report/markdown-text.ts'
import { keptSentence } from './kept-answer.ts'
import { dayOf, keptResult } from './kept-results.ts'

/** docs/scenarios.md, made from the scenario files. */
export function scenarioPage(): string {
  const groups = catalogue().map(({ group, entries }) => `## ${capital(group)}\n\n${entries.map(section).join('\n\n')}`)
  return `# Scenarios

Made from the files in [scenarios/](../scenarios) by \`npm run schemas\`. Each is one workload and one question; \`npm run bench -- show <scenario>\` prints every value of it.
\`--quick\` runs a short form, for a first look; durations are estimates for the whole command.

${groups.join('\n\n')}
`
}

function section(entry: CatalogueEntry): string {
  const { name, whole } = entry
  const lines = entry.kind === 'micro-benchmark' ? microBenchmarkLines(entry.whole) : scenarioLines(entry.whole)
  return [
    `### ${name}`,
    `**${whole.question}**`,
    ...(whole.story === undefined ? [] : [whole.story]),
    [...lines, `\`npm run bench -- ${name}\`: ${entry.durations}.`, ...answered(name)].map((line) => `- ${line}`).join('\n'),
  ].join('\n\n')
}

function answered(name: string): string[] {
  const kept = keptResult(name)
  return kept === undefined ? [] : [`[Measured on ${dayOf(kept)}](findings.md#${name}): ${escaped(keptSentence(kept))}`]
}

function scenarioLines(scenario: Scenario): string[] {
  return [
    `Workload: ${workload(scenario)}.`,
    `Contenders: ${scenario.contenders.map(({ label }) => label).join(' · ')}.`,
    `A difference matters from: ${matters(scenario)}.`,
    `Limits: ${limits(scenario)}.`,
  ]
}

function microBenchmarkLines({ roundCount, measure }: MicroBenchmarkFile): string[] {
  return [`${roundCount} rounds, each in fresh processes; medians and ranges.`, ...microBenchmarkNotes[measure]]
}

function workload({ clientCount, traffic }: Scenario): string {
  const { pattern, messagesPerSecondPerChannel: rate, messageBytes, arrivals } = traffic
  if (pattern === 'jobs') return `${loadText({ clientCount, traffic })}, ${messageBytes.toLocaleString('en')} bytes each`
  return `${clientCount.toLocaleString('en')} clients, ${pattern}, ${rate} messages/s per channel (${arrivals}), ${messageBytes.toLocaleString('en')} bytes each`
}

function matters({ matters: declared }: Scenario): string {
  const parts = Object.entries(declared).map(([id, matter]) => {
    const { label, unit } = metrics[id as MetricId]
    const least = (matter as Record<string, number>)[unit.floor.key]
    const floorText = least === undefined ? '' : ` and ${least} ${unit.floor.key === 'floorMs' ? 'ms' : unit.stored}`
    return `${label} × ${matter!.ratio}${floorText}`
  })
  return parts.length === 0 ? 'the defaults of each figure' : parts.join(', ')
}

function limits({ limits: declared }: Scenario): string {
  const parts = Object.entries(declared).map(([key, value]) => `\`${key}\` ≤ ${value}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}
