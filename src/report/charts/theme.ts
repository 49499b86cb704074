/** Colours of a chart's ground, ink and series, by light and dark. */
export interface Theme {
  ground: string
  ink: string
  faintInk: string
  grid: string
  axis: string
  /** Behind what rests on trials of which some do not count. */
  spoilt: string
  series: readonly string[]
}

/** Family under which the shipped font is registered, in PNG and page. */
export const fontFamily = 'Inter'

/**
 * On white. The first four are the set of four from Okabe and Ito with the widest distance under normal and the three
 * colour-blind kinds of sight (Lab distance 22.7 at contrast 3:1); the rest only serve runs with more contenders.
 */
export const lightTheme: Theme = {
  ground: '#ffffff',
  ink: '#1f2328',
  faintInk: '#59636e',
  grid: '#e2e4e8',
  axis: '#b6bcc4',
  spoilt: '#fdf0d0',
  series: ['#000000', '#0072B2', '#D55E00', '#CC79A7', '#117733', '#7B5D00', '#6F4DB5', '#6B7280'],
}

/** The same order on a dark ground. */
export const darkTheme: Theme = {
  ground: '#14171c',
  ink: '#eceff3',
  faintInk: '#a3adb8',
  grid: '#2b3038',
  axis: '#59636e',
  spoilt: '#3b3016',
  series: ['#F5F5F5', '#4FA8DC', '#F08A3C', '#E3A3C6', '#4DB874', '#D3AC3A', '#A88BE8', '#9AA4B2'],
}

/** How one contender is drawn, told apart by colour, marker and dash alike. */
export interface SeriesStyle {
  colour: string
  marker: 'circle' | 'rect' | 'triangle' | 'rectRot' | 'star' | 'crossRot'
  dash: readonly number[]
}

const markers = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'] as const
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [9, 3, 2, 3], [16, 5]]

/** The style of the contender at a place; repeats only after 120 of them. */
export function seriesStyle(look: Theme, place: number): SeriesStyle {
  const colour = look.series[place % look.series.length] ?? look.ink
  return { colour, marker: markers[place % markers.length] ?? 'circle', dash: dashes[place % dashes.length] ?? [] }
}
