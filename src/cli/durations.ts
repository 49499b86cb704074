import { measureSeconds } from '../micro/measures.ts'
import type { CatalogueEntry } from '../scenario/catalogue.ts'
import { roughDurationText } from '../text/duration-text.ts'

/** About how long both forms of a scenario take: "2.7 min; --quick 33 s". */
export function durationsOf(entry: CatalogueEntry): string {
  const [whole, quick] = entry.kind === 'measure' ? [measureSeconds(entry.whole), measureSeconds(entry.quick)] : entry.seconds
  return `${roughDurationText(whole)}; --quick ${roughDurationText(quick)}`
}
