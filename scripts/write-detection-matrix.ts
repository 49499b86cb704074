import { cpus } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { allSabotage } from '../src/calibrate/sabotage/all-sabotage.ts'
import { isMissed, type Detection } from '../src/calibrate/sabotage/detection.ts'
import { registry } from '../src/core/transports/registry.ts'
import { writeBetweenMarks } from './marked-text.ts'
import { takeLock } from './take-lock.ts'

/**
 * `npm run sabotage [-- KIND [TRANSPORT]]`: plants every defect into every transport and writes what the harness said into
 * docs/detection-matrix.md. Exit 1 when a defect was missed. A part of the matrix is printed and not written.
 */
const [kind, only] = process.argv.slice(2)
const kinds = Object.entries(allSabotage).filter(([name]) => kind === undefined || name === kind)
const transports = registry.map(({ id }) => id).filter((id) => only === undefined || id === only)

await takeLock('npm run sabotage')
const found: { transport: string; detection: Detection }[] = []
for (const [, sabotage] of kinds) {
  for (const transport of transports) {
    for (const detection of await sabotage(transport)) {
      found.push({ transport, detection })
      const { id, defect, meter } = detection
      console.error(`${id} ${transport}: ${defect}; ${meter}: ${said(detection)}`)
    }
  }
}

const rows = [...new Set(found.map(({ detection: { id, defect, meter } }) => `${id} | ${defect} | ${meter}`))].toSorted((a, b) =>
  a.localeCompare(b, 'en', { numeric: true }),
)
const cell = (row: string, transport: string): string => {
  const hit = found.find(
    (entry) => entry.transport === transport && `${entry.detection.id} | ${entry.detection.defect} | ${entry.detection.meter}` === row,
  )
  return hit === undefined ? '–' : said(hit.detection)
}
const askedCount = found.filter(({ detection }) => detection.doesNotApply === undefined).length
const missed = found.filter(({ detection }) => isMissed(detection))
const table = [
  `\`npm run sabotage\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]!.model.trim()}, Node ${process.version}: ${askedCount - missed.length} of ${askedCount} as expected. In each cell: expected → measured.`,
  '',
  `| | seeded defect | meter | ${transports.join(' | ')} |`,
  `|---|---|---|${'---|'.repeat(transports.length)}`,
  ...rows.map((row) => `| ${row} | ${transports.map((transport) => cell(row, transport)).join(' | ')} |`),
].join('\n')
console.log(table)
if (kind === undefined) writeBetweenMarks(join(packageRoot(), 'docs', 'detection-matrix.md'), 'sabotage', table)
if (missed.length > 0) process.exitCode = 1

function said({ expected, measured, isNamed, doesNotApply }: Detection): string {
  if (doesNotApply !== undefined) return `n.a.: ${doesNotApply}`
  return `${isNamed ? '✔' : '✘ **missed**'} ${expected} → ${measured}`
}
