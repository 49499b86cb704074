import { registry } from '../core/transports/registry.ts'
import { oneLine } from '../text/one-line.ts'

const titles = new Map(registry.map(({ id, traits }) => [id, inSentence(traits.title)]))

/** "Long polling" as "long polling"; "SSE" and "WebSocket" stay as they are. */
function inSentence(title: string): string {
  return /\p{Lu}/u.test(title.slice(1)) ? title : title.charAt(0).toLowerCase() + title.slice(1)
}

/**
 * Contenders as sentences name them, by label. A label of the user's own that reads like the name of another is put in quotes.
 *
 * @param transports by label
 */
export function namesOf(transports: ReadonlyMap<string, string>): Map<string, string> {
  const entries = [...transports].map(([label, transport]): [string, string] => [label, nameOf(label, transport)])
  const isTaken = (label: string, name: string): boolean => entries.some((other) => other[0] !== label && other[1] === name)
  return new Map(entries.map(([label, name]) => [label, isTaken(label, name) && name === oneLine(label) ? `“${name}”` : name]))
}

/**
 * A contender as a sentence names it: "SSE" where its label is that of its transport, "SSE (heartbeat 15 s)" where the label is the
 * transport and its options. Any other label stays as it is, in quotes where its own commas would be read as those of the sentence.
 */
function nameOf(label: string, transport: string): string {
  const shown = oneLine(label)
  const title = titles.get(transport)
  if (title !== undefined && shown === transport) return title
  if (title !== undefined && shown.startsWith(`${transport}, `)) return `${title} (${shown.slice(transport.length + 2)})`
  return /[,;:.]/u.test(shown) ? `“${shown}”` : shown
}
