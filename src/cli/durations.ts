import { microBenchmarkSeconds } from '../micro/round-seconds.ts'
import type { CatalogueEntry } from '../scenario/catalogue.ts'
import { roughDurationText } from '../text/duration-text.ts'

/** About how long both forms of a scenario take: "2.7 min; --quick 33 s". */
export function durationsOf(entry: CatalogueEntry): string {
  const [whole, quick] =
    entry.kind === 'micro-benchmark' ? [microBenchmarkSeconds(entry.whole), microBenchmarkSeconds(entry.quick)] : entry.seconds
  return `${roughDurationText(whole)}; --quick ${roughDurationText(quick)}`
}
