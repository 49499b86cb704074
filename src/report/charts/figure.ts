/** A point of a line; `y` null is a gap. `low` and `high` are a whisker. `isMarked` points carry the marker of the series. */
export interface LinePoint {
  /** What the point stands at, for its tooltip: "p99", "400 clients". */
  at: string
  x: number
  y: number | null
  low?: number
  high?: number
  isMarked?: boolean
  /** Something happened here that a reader should know of. */
  event?: LineEvent
}

/**
 * gc: collecting garbage took a good part of the slice. stall: nothing arrived, though something was under way. lost: of what was
 * due, nothing ever arrived. spoilt: trials behind the point do not count.
 */
export type LineEvent = 'gc' | 'stall' | 'lost' | 'spoilt'

/** What an event is, for a tooltip. */
export const eventTexts: Readonly<Record<LineEvent, string>> = {
  gc: 'collecting garbage took a good part of it',
  stall: 'nothing arrived, though messages were under way',
  lost: 'of the messages due in it, none ever arrived',
  spoilt: 'not all of its trials count',
}

/** A line. `style` is the contender's place among all, which fixes colour, marker and dash; `end` is said at its end. */
export interface LineSeries {
  label: string
  style: number
  points: LinePoint[]
  end: string | null
  /** Said below its name: "6.22 KiB a client". */
  note?: string
  /** A straight line that was fitted to the points, by its two ends. */
  fit?: readonly [{ x: number; y: number }, { x: number; y: number }]
  /** What is said in the place of "not measured" of a line without a point. */
  absent?: string
}

/** A vertical line at which two lines change places: `left` is the style of the one that is lower before it. */
export interface LineCrossing {
  x: number
  /** Ends of its interval, cut at the ends of the axis; absent = it has none. */
  low?: number
  high?: number
  left: number
  right: number
}

/** A span of the x axis that is shaded, with what it is. */
export interface LineMark {
  from: number
  until: number
  /** '' where the caption says it. */
  label: string
  /** A trial that does not count; absent for what was planned or worked out, as a fault. */
  tone?: 'spoilt'
  /** The series that it is about; absent = all. */
  style?: number
}

/** A chart of lines. `emptyText` is drawn where no series has a point. */
export interface LinePanel {
  kind: 'lines'
  title: string
  hint: string
  xTitle: string
  yTitle: string
  xScale: 'percentile' | 'linear' | 'log'
  yScale: 'log' | 'linear'
  /** Left end of the x axis, in its unit; 0 where absent. A log axis needs it. */
  xMin?: number
  /** Right end of the x axis, in its unit. */
  xMax: number
  /** Where ticks stand on a linear or log x axis; round numbers where absent. */
  xTicks?: number[]
  /** What is written at these ticks; the numbers themselves where absent. */
  xLabels?: string[]
  /** Values that the y axis holds beside those of the series, so that panels side by side have one axis. */
  yExtent?: readonly number[]
  /** Ends of the y axis; whiskers go on beyond it as arrows. Absent: everything fits. */
  yLimit?: { low: number; high: number }
  crossings?: LineCrossing[]
  unit: string
  marks?: LineMark[]
  series: LineSeries[]
  emptyText: string
}

/** A bar. `state` keeps zero, tiny and missing apart; `text` is its value label, `detail` its tooltip. */
export interface Bar {
  label: string
  style: number
  value: number | null
  low: number | null
  high: number | null
  state: 'value' | 'zero' | 'tiny' | 'missing'
  text: string
  detail: string
  /** Trials of it do not count in this metric; its row is shaded. */
  isSpoilt?: boolean
}

/** A chart of horizontal bars, one a contender. On a log axis, which has no 0 for a bar to begin at, dots take their place. */
export interface BarPanel {
  kind: 'bars'
  title: string
  hint: string
  unit: string
  xScale: 'log' | 'linear'
  bars: Bar[]
}

/** What a box shows. */
export const quantiles = ['p5', 'p25', 'p50', 'p75', 'p95', 'p99'] as const

/** Where the deliveries of one contender lie: quantiles, each null where too few samples lie beyond it. */
export interface Box extends Record<(typeof quantiles)[number], number | null> {
  label: string
  style: number
  text: string
  /** Trials of it do not count; its row is shaded. */
  isSpoilt?: boolean
}

/** A chart of horizontal boxes, one a contender. */
export interface BoxPanel {
  kind: 'boxes'
  title: string
  hint: string
  unit: string
  xScale: 'log' | 'linear'
  boxes: Box[]
}

/** A place on a map: who is cheapest there; null where nobody is valid. `close` are those that are not told apart from it. */
export interface MapCell {
  winner: number | null
  close: number[]
  /** Outside of what the figures were measured at. */
  isBeyond: boolean
  text: string
}

/** A map of two axes, both logarithmic; `cells` are rows from below, each from the left, around the values of the axes. */
export interface MapPanel {
  kind: 'map'
  title: string
  hint: string
  xTitle: string
  yTitle: string
  xs: number[]
  ys: number[]
  labels: string[]
  cells: MapCell[][]
}

export type Panel = LinePanel | BarPanel | BoxPanel | MapPanel

/** Two lines under the title of a figure, each one line at the width at which a figure is drawn. */
export interface Caption {
  /** What to see first, with its figures. */
  see: string
  /** What the marks are. */
  read: string
}

/** Charts that belong together under one title; plain data, the same for PNG and page. */
export interface Figure {
  id: string
  title: string
  caption: Caption
  /** What it rests on, and what of it needs more words: folded on a page, not in a picture. */
  notes: string[]
  /** Below the panels: what has none, since nobody differs in it or it was not measured; at most two lines each. */
  without: string[]
  columns: number
  panels: Panel[]
}

/** Space that a panel is drawn in, in CSS pixels. */
export interface Frame {
  width: number
  height: number
  pixelRatio: number
}

const barsBase = 96
const barHeight = 36
const linesBase = 300
const lineLabelHeight = 36

/** Below this width, in CSS pixels, names at line ends would leave no room for the lines, and a legend takes over. */
export const legendBelow = 480
const legendLine = 20

/** Height at which a panel stays readable with the contenders that it holds, in CSS pixels. */
export function panelHeight(panel: Panel, columns: number, width = Number.POSITIVE_INFINITY): number {
  if (panel.kind === 'bars') return barsBase + barHeight * Math.max(1, panel.bars.length)
  if (panel.kind === 'boxes') return barsBase + 1.3 * barHeight * Math.max(1, panel.boxes.length)
  if (panel.kind === 'map') return 1.6 * linesBase
  const legend = width < legendBelow ? legendLine * panel.series.length : 0
  return Math.max(columns === 1 ? 1.8 * linesBase : linesBase, 90 + lineLabelHeight * panel.series.length) + legend
}
