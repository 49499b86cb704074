import { page, type PageElement } from './browser.ts'
import type { Drawing } from './drawing.ts'

/** Width of a row of charts on paper, in CSS pixels: the text width of A4 and of Letter with common margins. */
const paperWidth = 680

/** On paper everything is there to be read: what is folded is opened, charts are drawn light and for the sheet, then all is as before. */
export function connectPrinting(drawing: Drawing): void {
  let opened: PageElement[] = []
  page.addEventListener('beforeprint', () => {
    opened = [...page.document.querySelectorAll('details')].filter((one) => !one.open)
    for (const one of opened) one.open = true
    drawing.drawAll(paperWidth)
  })
  page.addEventListener('afterprint', () => {
    for (const one of opened) one.open = false
    opened = []
    drawing.drawAll()
  })
}
