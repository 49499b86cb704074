import { headlineOf } from '../core/headline.ts'
import type { ResultDocument } from '../core/result.ts'
import { headlineShape } from '../core/scenario.ts'
import { machineInShort, settingOf, type Described } from './facts.ts'
import { formatBytes, formatDurationMs, formatExact, formatNumber, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'

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

/** The workload and the machine in one short line: "1,000 clients, own channel each · 100 messages/s · 256 B · 3 blocks · 2 × AMD EPYC, Node 20.20". */
export function shortWorkload(document: ResultDocument): string {
  const { plan } = document
  const clients = settingOf(document, 'clientCount')
  const bytes = settingOf(document, 'traffic', 'messageBytes')
  const audience = audienceOf(document, plan.channelCount)
  return [
    ...(typeof clients === 'number' ? [`${formatPlural(clients, 'client')}${audience}`] : []),
    plan.totalMessagesPerSecond === 0 ? 'no messages' : `${formatExact(plan.totalMessagesPerSecond)} messages/s`,
    ...(typeof bytes === 'number' && plan.totalMessagesPerSecond > 0 ? [`${formatExact(bytes)} B`] : []),
    ...settingsInHeadline(document),
    formatPlural(plan.blockOrder.length, 'block'),
    machineInShort(document),
  ].join(' · ')
}

/** Who hears whom, for the end of the number of clients. */
function audienceOf(document: Described, channelCount: number): string {
  const size = settingOf(document, 'traffic', 'roomSize')
  const words: Readonly<Record<string, string>> = {
    unicast: ', own channel each',
    broadcast: ', one channel for all',
    rooms: typeof size === 'number' ? ` in rooms of ${formatExact(size)}` : ' in rooms',
    topics: `, ${formatPlural(channelCount, 'topic')}`,
    jobs: ', a job each',
  }
  return words[String(settingOf(document, 'traffic', 'pattern'))] ?? ''
}

/** The settings that change what a workload is, each in its own words. */
function settingsInHeadline(document: Described): string[] {
  return Object.entries(headlineShape)
    .map(([key, schema]) => headlineOf(schema, settingOf(document, key), { duration: formatDurationMs }))
    .filter((words) => words !== '')
}
