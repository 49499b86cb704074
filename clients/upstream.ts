import type { ClientContext } from './contract.ts'
import { HttpConnection, userAgent, type ResponseHandler, type Endpoint as ConnectionEnd } from './http-connection.ts'

/** Sends never wait for answers; on one connection that means pipelining, without a bound. */
const unboundedPipelining = 1_000_000

/** Where it connects to, and for whom. */
type Endpoint = ConnectionEnd & Pick<ClientContext, 'index'>

/** What became of one request. */
export interface Answer {
  /** 0 when none came. */
  status: number
  body: string
}

/**
 * The second kept connection of a simulated client: what it sends to the server beside its transport, by POST. Opened at
 * the first request; answers come in the order of the requests, and no request waits for one.
 */
export class UpstreamConnection {
  readonly #context: Endpoint
  readonly #connection: HttpConnection
  #isClosed = false
  inFlightCount = 0

  constructor(context: Endpoint) {
    this.#context = context
    this.#connection = new HttpConnection(context, { pipelining: unboundedPipelining })
  }

  get bytesRead(): number {
    return this.#connection.bytesRead
  }

  get bytesWritten(): number {
    return this.#connection.bytesWritten
  }

  /** @param onAnswer called once, unless the connection is closed before */
  post(path: string, body: string, expectedStatus: number, onAnswer?: (answer: Answer) => void): void {
    const { tally, index } = this.#context
    tally.upstream.sentCount++
    this.inFlightCount++
    const end = (answer: Answer): void => {
      if (this.#isClosed) return
      this.inFlightCount--
      if (answer.status === expectedStatus) tally.upstream.completedCount++
      else tally.upstream.failedCount++
      onAnswer?.(answer)
    }
    this.#connection.post(path, body, { 'content-type': 'application/json', 'user-agent': userAgent(index) }, new AnswerReader(end))
  }

  close(): void {
    this.#isClosed = true
    this.#connection.close()
  }
}

class AnswerReader implements ResponseHandler {
  readonly #end: (answer: Answer) => void
  #status = 0
  #body = ''

  constructor(end: (answer: Answer) => void) {
    this.#end = end
  }

  onHeaders(status: number): void {
    this.#status = status
  }

  onData(chunk: Buffer): void {
    this.#body += chunk.toString('latin1')
  }

  onComplete(): void {
    this.#end({ status: this.#status, body: this.#body })
  }

  onError(): void {
    this.#end({ status: 0, body: '' })
  }
}
