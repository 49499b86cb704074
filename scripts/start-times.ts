import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { nowUs } from '../src/core/clock.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { usPerMs } from '../src/core/units.ts'
import { median } from '../src/metrics/statistics.ts'

const mainFile = join(packageRoot(), 'dist/src/cli/main.js')

/** What is started, and how many times the start of Node alone it may take. */
const starts = [
  { name: 'node -e 0', words: ['-e', '0'], mostRatio: 1 },
  { name: 'bench no-such-word', words: [mainFile, 'no-such-word'], mostRatio: 2.5 },
  { name: 'bench list', words: [mainFile, 'list'], mostRatio: 5 },
] as const

export interface StartTime {
  name: string
  medianMs: number
  /** To Node alone. */
  ratio: number
  mostRatio: number
}

/** How long Node alone and two short commands take from start to end: medians of so many starts, in turns, so that load meets all alike. */
export function startTimes(turnCount = 10): StartTime[] {
  const times: number[][] = starts.map(() => [])
  for (let turn = 0; turn < turnCount; turn++) {
    for (const [at, { words }] of starts.entries()) {
      const startedAtUs = nowUs()
      const { error } = spawnSync(process.execPath, words, { stdio: 'pipe' })
      if (error !== undefined) throw error
      times[at]!.push(nowUs() - startedAtUs)
    }
  }
  const medians = times.map((list) => median(list))
  return starts.map(({ name, mostRatio }, at) => ({
    name,
    medianMs: medians[at]! / usPerMs,
    ratio: medians[at]! / medians[0]!,
    mostRatio,
  }))
}
