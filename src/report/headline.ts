import { headlineOf } from '../core/headline.ts'
import type { ResultDocument } from '../core/result.ts'
import { headlineShape } from '../core/scenario.ts'
import { settingOf, type Described } from './facts.ts'
import { formatBytes, formatDurationMs, formatNumber, formatPlural } from './format.ts'
import { oneLine } from './name-text.ts'

/** The workload in one line. */
export function workloadLine(document: ResultDocument): string {
  const { plan } = document
  const clients = settingOf(document, 'clientCount')
  const pattern = settingOf(document, 'traffic', 'pattern')
  const bytes = settingOf(document, 'traffic', 'messageBytes')
  const measuredMs = settingOf(document, 'phases', 'measuredMs')
  const parts = [
    ...(typeof clients === 'number' ? [formatPlural(clients, 'client')] : []),
    ...(typeof pattern === 'string' ? [oneLine(pattern)] : []),
    `${formatNumber(plan.totalMessagesPerSecond)} messages/s over ${formatPlural(plan.channelCount, 'channel')}`,
    ...(typeof bytes === 'number' ? [`${formatBytes(bytes)} each`] : []),
    ...settingsInHeadline(document),
    ...(typeof measuredMs === 'number' ? [`measured for ${formatDurationMs(measuredMs)}`] : []),
    formatPlural(plan.blockOrder.length, 'block'),
  ]
  return parts.join(' · ')
}

/** The settings that change what a workload is, each in its own words. */
function settingsInHeadline(document: Described): string[] {
  return Object.entries(headlineShape)
    .map(([key, schema]) => headlineOf(schema, settingOf(document, key), { duration: formatDurationMs }))
    .filter((words) => words !== '')
}
