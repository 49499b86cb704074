import { StringDecoder } from 'node:string_decoder'
import { createParser, type EventSourceParser } from 'eventsource-parser'

/** Lines up to an empty one. */
export interface StreamBlock {
  /** What `Last-Event-ID` will be; undefined when no line of the block says it. */
  id: string | undefined
  /** `message` unless a line says otherwise. */
  type: string
  /** The data lines, joined by LF; undefined = the block has none, and is no event. */
  data: string | undefined
}

/** Whoever reads a stream; called when the line that says it has ended, and not only when the next byte comes. */
export interface StreamTaker {
  onBlock(block: StreamBlock): void
  onComment(): void
  /** The reconnection time that the server asks for, in ms: digits only, so that it may be Infinity. */
  onRetry(reconnectionMs: number): void
}

const byteOrderMark = '\uFEFF'

/**
 * The library reports no block without data, but its id counts (WHATWG HTML §9.2.6, first step of the dispatch). So each
 * block gets this line before the empty one that ends it.
 */
const addedLine = 'data:\n'

/**
 * Reads the bytes of one event stream (WHATWG HTML §9.2.5 and §9.2.6), however they are cut. Around eventsource-parser,
 * which looks for a byte-order mark in bytes although it takes text, and holds a line that ends in CR until it has seen
 * that no LF follows.
 */
export class EventStreamReader {
  readonly #parser: EventSourceParser
  readonly #decoder = new StringDecoder('utf8')
  #isAtStart = true
  #endedWithCr = false
  #isLineBegun = false

  constructor(taker: StreamTaker) {
    this.#parser = createParser({
      onEvent: ({ id, event = 'message', data }) => {
        // What the added line appended: an LF, or nothing where it is the only one.
        taker.onBlock({ id, type: event, data: data === '' ? undefined : data.slice(0, -1) })
      },
      onComment: () => taker.onComment(),
      onRetry: (reconnectionMs) => taker.onRetry(reconnectionMs),
    })
    // It would take the text "ï»¿" of a first chunk for a byte-order mark.
    this.#parser.feed('')
  }

  /** What the taker throws ends the stream: nothing may be read after it. */
  read(chunk: Buffer): void {
    let text = this.#decoder.write(chunk)
    if (text === '') return
    if (this.#isAtStart && text.startsWith(byteOrderMark)) text = text.slice(byteOrderMark.length)
    this.#isAtStart = false
    const endsWithCr = text.endsWith('\r')
    if (this.#endedWithCr && text.startsWith('\n')) text = text.slice(1)
    this.#endedWithCr = endsWithCr
    if (text.includes('\r')) text = text.replaceAll(/\r\n?/g, '\n')
    if (text !== '') this.#parser.feed(this.#withAddedLines(text))
  }

  /** @param text every line end is an LF */
  #withAddedLines(text: string): string {
    let marked = !this.#isLineBegun && text.startsWith('\n') ? addedLine : ''
    let from = 0
    for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n', from)) {
      marked += text.slice(from, at + 1) + addedLine
      from = at + 1
    }
    this.#isLineBegun = !text.endsWith('\n')
    return marked + text.slice(from)
  }
}
