import { registry } from '../core/transports/registry.ts'
import { oneLine } from '../text/one-line.ts'

const titles = new Map(registry.map(({ id, traits }) => [id, inSentence(traits.title)]))

/** "Long polling" as "long polling"; "SSE" and "WebSocket" stay as they are. */
function inSentence(title: string): string {
  return /\p{Lu}/u.test(title.slice(1)) ? title : title.charAt(0).toLowerCase() + title.slice(1)
}

/**
 * A contender as a sentence names it: "SSE" where its label is that of its transport, "SSE (heartbeat 15 s)" where the label is the
 * transport and its options. Any other label stays as it is, in quotes where its own commas would be read as those of the sentence.
 */
export function nameOf(label: string, transport: string): string {
  const shown = oneLine(label)
  const title = titles.get(transport)
  if (title !== undefined && shown === transport) return title
  if (title !== undefined && shown.startsWith(`${transport}, `)) return `${title} (${shown.slice(transport.length + 2)})`
  return /[,;:.]/u.test(shown) ? `“${shown}”` : shown
}
