import type { Cell } from './metric-view.ts'
import { oneLine } from './name-text.ts'

/** Numbers the reasons of one table in the order in which they are met; the same reason keeps its number. */
export class Footnotes {
  readonly #texts: string[] = []

  /** The mark of a cell, "(1)", or '' when it needs none. */
  markOf(cell: Cell): string {
    return cell.reason === null ? '' : this.mark(cell.reason)
  }

  /** The mark of a text. */
  mark(reason: string): string {
    const text = oneLine(reason)
    const at = this.#texts.indexOf(text)
    return `(${at === -1 ? this.#texts.push(text) : at + 1})`
  }

  /** "(1) not measured: …", in order. */
  lines(): string[] {
    return this.#texts.map((text, at) => `(${at + 1}) ${text}`)
  }
}
