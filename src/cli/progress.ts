import { createLogUpdate } from 'log-update'
import { nowUs } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import { progressTable } from '../report/progress-table.ts'
import type { RunEvent } from '../run/run-events.ts'
import { timedNotes } from './output.ts'
import { RunState } from './run-state.ts'

/** Shows how a run goes on, on stderr. */
export interface Progress {
  show: (event: RunEvent) => void
  /**
   * A study has come to another point, with so much of the whole left; what is shown from now on is of that.
   *
   * @param announcement a line of its own in a log; null = none
   */
  enter: (place: string, remainingSeconds: number, announcement: string | null) => void
  say: (text: string) => void
  /** Leaves the terminal as it was. May be called twice. */
  end: () => void
}

/** A log gets about this many lines of a run, but none twice in ten seconds, and one a minute: CI takes silence for a hang. */
const logLineCount = 6
const shortestLogIntervalSeconds = 10
const longestLogIntervalSeconds = 60
const logCheckMs = 1_000
const redrawEveryMs = 500
const shortestRedrawUs = 100 * usPerMs

/** Progress for where stderr goes: a table on a terminal, plain lines in a log, nothing when quiet. */
export function startProgress(quiet: boolean): Progress {
  if (quiet) return { show: () => {}, enter: () => {}, say: () => {}, end: () => {} }
  return isLiveTerminal() ? liveProgress() : plainProgress()
}

/** Some CI systems pretend to be terminals; some terminals have no size, and nothing can be drawn on those. */
function isLiveTerminal(): boolean {
  const { CI, TERM } = process.env
  const { isTTY, columns, rows } = process.stderr
  return isTTY && columns > 0 && rows > 0 && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false' || CI === '0')
}

function plainProgress(): Progress {
  const state = new RunState()
  const tell = timedNotes()
  let saidAtSeconds = 0
  let isInStudy = false
  const say = (text: string) => {
    saidAtSeconds = state.elapsedSeconds()
    tell(text.replaceAll(/[\u0000-\u001f\u007f]/g, ' '))
  }
  const timer = setInterval(() => {
    const elapsed = state.elapsedSeconds()
    if (elapsed - saidAtSeconds >= logIntervalSeconds(elapsed + (state.remainingSeconds() ?? 0))) say(state.logLine())
  }, logCheckMs)
  timer.unref()
  return {
    show: (event) => {
      state.take(event)
      if (event.kind === 'planned' && !isInStudy) say(state.planLine())
    },
    enter: (place, remainingSeconds, announcement) => {
      isInStudy = true
      state.enter(place, remainingSeconds)
      if (announcement !== null) say(`${announcement}${state.takeNews()}`)
    },
    say,
    end: () => clearInterval(timer),
  }
}

/** Seconds between two lines of a log, of something that takes so long in all. */
export function logIntervalSeconds(wholeSeconds: number): number {
  return Math.min(longestLogIntervalSeconds, Math.max(shortestLogIntervalSeconds, wholeSeconds / logLineCount))
}

function liveProgress(): Progress {
  const state = new RunState()
  const draw = createLogUpdate(process.stderr)
  let drawnAtUs = 0
  let table = ''
  let said = ''
  let isOver = false
  const redraw = () => {
    if (isOver || nowUs() - drawnAtUs < shortestRedrawUs) return
    drawnAtUs = nowUs()
    const columns = process.stderr.columns
    draw([table, cut(said === '' ? state.liveLine(columns) : said, columns)].filter((part) => part !== '').join('\n'))
  }
  const timer = setInterval(redraw, redrawEveryMs)
  timer.unref()
  redraw()
  return {
    show: (event) => {
      state.take(event)
      if (event.kind === 'trial-ended') table = progressTable(state.rows(), process.stderr.columns)
      redraw()
    },
    enter: (place, remainingSeconds) => {
      state.enter(place, remainingSeconds)
      table = ''
    },
    say: (text) => {
      said = text
      drawnAtUs = 0
      redraw()
    },
    end: () => {
      if (isOver) return
      isOver = true
      clearInterval(timer)
      draw.clear()
      draw.done()
    },
  }
}

function cut(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(1, columns - 2))}…`
}
