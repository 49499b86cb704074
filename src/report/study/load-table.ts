import type { PointLoad, StudyDocument, StudyPointResult } from '../../core/study-result.ts'
import { medianOf } from '../../metrics/statistics.ts'
import { formatExact, formatNumber } from '../../text/format.ts'
import { numberCell, type Cell } from '../metric-view.ts'
import { oneLine } from '../../text/one-line.ts'
import { axisValue, placeOf } from '../../text/axis-text.ts'
import { donePoints } from './facts.ts'

/** One figure at every point: a row a point, a column a contender. */
export interface StudyTable {
  title: string
  /** Names of the axes; each row has a value for each. */
  axes: string[]
  contenders: string[]
  rows: { place: string[]; cells: Cell[] }[]
}

/**
 * What was to be delivered per second at each point, and what came in time of it; null where the load is the
 * same at every point and nobody was at a limit.
 */
export function loadTable(document: StudyDocument): StudyTable | null {
  const points = donePoints(document).filter(
    ({ loads = [], expectedDeliveriesPerSecond: expected = 0 }) => loads.length > 0 && expected > 0,
  )
  const isLoadSwept = new Set(points.map(({ expectedDeliveriesPerSecond }) => expectedDeliveriesPerSecond)).size > 1
  if (!isLoadSwept && points.every(({ loads }) => limitText(loads!) === null)) return null
  return {
    title: 'Deliveries/s in time, of those expected (higher is better)',
    axes: [...document.axes.map(({ label }) => oneLine(label)), 'Expected'],
    contenders: document.contenders.map(({ label }) => oneLine(label)),
    rows: points.map((point) => ({
      place: [...document.axes.map((axis, at) => axisValue(axis, point.values[at]!)), formatNumber(point.expectedDeliveriesPerSecond!)],
      cells: document.contenders.map(({ label }) => loadCell(loadsOf(point, label))),
    })),
  }
}

/** Where which contenders were at a limit, and which processes those were; a text for each such point. */
export function limitLines(document: StudyDocument): string[] {
  return donePoints(document).flatMap((point) => {
    const texts = document.contenders.flatMap(({ label }) => {
      const text = limitText(loadsOf(point, label))
      return text === null ? [] : [`${oneLine(label)} ${text}`]
    })
    if (texts.length === 0) return []
    const isUnranked = (point.loads ?? []).some(({ isSaturated }) => isSaturated)
    return [
      `At ${placeOf(document, point)}: ${texts.join('; ')}.${isUnranked ? ' Saturated contenders are not ranked in latency, CPU and throughput there.' : ''}`,
    ]
  })
}

function loadsOf({ loads = [] }: StudyPointResult, label: string): PointLoad[] {
  return loads.filter(({ contender }) => contender === label)
}

/** The median over its trials, with what there is to say of those that were at a limit. */
function loadCell(loads: readonly PointLoad[]): Cell {
  const rates = loads.map(({ deliveriesPerSecond }) => deliveriesPerSecond).filter((rate) => rate !== null)
  const text = limitText(loads)
  return numberCell(medianOf(rates), loads[0]?.reasons['deliveriesPerSecond'] ?? 'did not run here', text === null ? null : `[${text}]`)
}

/** "saturated in 2 of 3 trials (server, client host 1 at the limit)"; null for trials that had room. */
function limitText(loads: readonly PointLoad[]): string | null {
  const names = [...new Set(loads.flatMap(({ boundBy }) => boundBy))].map(oneLine)
  const saturated = loads.filter(({ isSaturated }) => isSaturated)
  const isMachine = saturated.some(({ cause }) => cause === 'machine')
  const bounds = [...(isMachine ? ['machine busy; run it again'] : []), ...(names.length === 0 ? [] : [`${names.join(', ')} at the limit`])]
  const bound = bounds.length === 0 ? 'no process at its limit' : bounds.join('; ')
  const saturatedCount = saturated.length
  if (saturatedCount === 0) return names.length === 0 ? null : `kept up (${bound})`
  const share = loads.length === 1 ? '' : ` in ${formatExact(saturatedCount)} of ${formatExact(loads.length)} trials`
  return `saturated${share} (${bound})`
}
