import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import type { ServerCounters } from '../src/core/counters.ts'
import type { LongPollOptions } from '../src/core/transports/long-poll.ts'
import { subscribeQuery, type ServerContext } from './contract.ts'
import type { ChannelLog, Listener } from './message-log.ts'

/**
 * Long polling: `GET /long-poll?channel=&after=` is held until something newer than the cursor exists or the hold time
 * ends with 204 (RFC 6202 §2). `wait=` asks for a shorter hold, never for a longer one.
 */
export const transport: FastifyPluginCallback<ServerContext<LongPollOptions>> = (app, { log, counters, options }, done) => {
  const held = new Set<HeldPoll>()

  // Fastify would answer HEAD with the same handler and hold it too.
  app.get('/long-poll', { exposeHeadRoute: false }, (request, reply) => {
    const { channel: name, after, waitMs } = subscribeQuery(request.query as Record<string, unknown>)
    counters.requestCount++
    reply.header('cache-control', 'no-store')
    const channel = log.channel(name)
    const from = options.cursor ? channel.positionOf(after) : channel.position
    const poll = new HeldPoll(reply, channel, from, held, counters)
    const holdTimeMs = Math.min(waitMs ?? options.holdTimeMs, options.holdTimeMs)
    // A client that left while an asynchronous hook ran has no close event to come, so nothing would release it.
    if (reply.raw.destroyed) counters.abandonedCount++
    else if (channel.hasAfter(from)) poll.answer()
    else if (holdTimeMs === 0) poll.answerEmpty()
    else poll.hold(holdTimeMs)
  })

  app.addHook('preClose', (next) => {
    for (const poll of held) {
      poll.reply.header('connection', 'close')
      poll.answerEmpty()
    }
    next()
  })
  done()
}

class HeldPoll implements Listener {
  readonly reply: FastifyReply
  readonly #channel: ChannelLog
  readonly #after: number
  readonly #held: Set<HeldPoll>
  readonly #counters: ServerCounters
  #timer: NodeJS.Timeout | undefined

  constructor(reply: FastifyReply, channel: ChannelLog, after: number, held: Set<HeldPoll>, counters: ServerCounters) {
    this.reply = reply
    this.#channel = channel
    this.#after = after
    this.#held = held
    this.#counters = counters
  }

  hold(holdTimeMs: number): void {
    this.#held.add(this)
    this.#channel.addListener(this)
    this.#counters.waitingCount++
    this.#timer = setTimeout(() => this.answerEmpty(), holdTimeMs)
    // The close of the response, not of the request, is the sign that a client has gone: the request ends when it is read.
    this.reply.raw.once('close', () => {
      if (this.#release()) this.#counters.abandonedCount++
    })
  }

  onMessages(): void {
    if (this.#release()) this.answer()
  }

  onError(): void {
    this.#release()
    this.#counters.closed.streamError++
    this.reply.raw.destroy()
  }

  answer(): void {
    this.#counters.answeredCount++
    this.reply.type('application/json; charset=utf-8').send(this.#channel.answerAfter(this.#after))
  }

  answerEmpty(): void {
    this.#release()
    this.#counters.emptyCount++
    this.reply.code(204).send()
  }

  /** True when the poll was held until now. */
  #release(): boolean {
    if (!this.#held.delete(this)) return false
    clearTimeout(this.#timer)
    this.#channel.removeListener(this)
    this.#counters.waitingCount--
    return true
  }
}
