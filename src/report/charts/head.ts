import { wrap } from '../text-layout.ts'
import { fontFamily, type Look } from './look.ts'

/** Characters of a title that fit half of a sheet. */
const mostTitle = 62

/** Options that every chart shares: font, colours, no animation, a title and a hint at its top left. */
export function headOptions(panel: { title: string; hint: string }, look: Look) {
  const start = { align: 'start' as const }
  return {
    title: {
      ...start,
      display: panel.title !== '',
      text: titleLines(panel.title),
      color: look.ink,
      font: { family: fontFamily, size: 15, weight: 600 },
      padding: { top: 0, bottom: panel.hint === '' ? 12 : 2 },
    },
    subtitle: {
      ...start,
      display: panel.hint !== '',
      text: panel.hint,
      color: look.faintInk,
      font: { family: fontFamily, size: 12 },
      padding: { top: 0, bottom: 12 },
    },
  }
}

/** Chart.js breaks no title. */
function titleLines(title: string): string | string[] {
  const lines = wrap(title, mostTitle)
  return lines.length === 1 ? title : lines
}

/** Font of ticks and axis titles. Named at each of them: Chart.js takes its own default there, which a bare machine cannot draw. */
export const axisFont = { family: fontFamily, size: 13 }

/** Tooltip in the colours of the look. */
export function tooltipOptions(look: Look) {
  return {
    backgroundColor: look.ground,
    titleColor: look.ink,
    bodyColor: look.ink,
    borderColor: look.axis,
    borderWidth: 1,
    titleFont: { family: fontFamily, weight: 600 as const, size: 13 },
    bodyFont: { family: fontFamily, size: 13 },
    padding: 8,
    usePointStyle: true,
    boxPadding: 4,
  }
}
