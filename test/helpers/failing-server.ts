import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import { subscribeQuery, type ServerContext } from '../../servers/contract.ts'
import type { ChannelLog } from '../../servers/message-log.ts'

/** How a poll of a channel is answered; `number` counts the polls of the channel from 1. */
type Answer = (reply: FastifyReply, channel: Held, after: number, number: number) => void

/** A channel, and the counter of polls that wait for its news. */
interface Held extends Pick<ChannelLog, 'hasAfter' | 'answerAfter' | 'addListener' | 'removeListener'> {
  counters: ServerContext['counters']
  /** The channel of the same name, as it is by now. */
  again(): Held
}

const slowMs = 50
const delayMs = 2_000
let delayedCount = 0

const answers: Readonly<Record<string, Answer>> = {
  /** Refuses everybody. */
  refuse: (reply) => void reply.code(400).send(),
  /** Answers nobody. */
  silent: () => undefined,
  /** Takes clients in, and refuses them from then on. */
  turn: (reply, channel, after, number) => {
    if (number === 1) answerNow(reply, channel, after)
    else reply.code(400).send()
  },
  /** Takes clients in, and holds every poll from then on for ever. */
  hold: (reply, channel, after, number) => {
    if (number === 1) answerNow(reply, channel, after)
    else channel.counters.waitingCount++
  },
  /** Every second poll gets an error at once; the others a message 50 ms after it was published. */
  half: (reply, channel, after, number) => {
    if (number === 1) answerNow(reply, channel, after)
    else if (number % 2 === 0) reply.code(502).send()
    else onNews(channel, after, () => setTimeout(() => answerNow(reply, channel, after), slowMs))
  },
  /** The first ten answers with a message come 2 s late, each with what there was when it was due. */
  lateStart: (reply, channel, after, number) => {
    if (number === 1) return answerNow(reply, channel, after)
    onNews(channel, after, () => {
      const body = channel.answerAfter(after)
      const send = () => void reply.type('application/json').send(body)
      if (delayedCount++ < 10) setTimeout(send, delayMs)
      else send()
    })
  },
  /** The polls that subscribe come 2 s late. */
  lateSubscription: (reply, channel, after, number) => {
    if (number === 1) setTimeout(() => answerNow(reply, channel.again(), after), delayMs)
    else onNews(channel, after, () => answerNow(reply, channel, after))
  },
}

function answerNow(reply: FastifyReply, channel: Held, after: number): void {
  if (channel.hasAfter(after)) reply.type('application/json').send(channel.answerAfter(after))
  else reply.code(204).send()
}

function onNews(channel: Held, after: number, run: () => void): void {
  if (channel.hasAfter(after)) return run()
  const listener = {
    onMessages: () => {
      channel.removeListener(listener)
      channel.counters.waitingCount--
      run()
    },
    onError: () => undefined,
  }
  channel.addListener(listener)
  channel.counters.waitingCount++
}

/** Polls that fail in the way that the module's own URL names: `failing-server.js?refuse`. */
export const transport: FastifyPluginCallback<ServerContext> = (app, { log, counters }, done) => {
  const answer = answers[new URL(import.meta.url).search.slice(1)]!
  const numbers = new Map<string, number>()
  for (const path of ['/short-poll', '/long-poll']) {
    app.get(path, { exposeHeadRoute: false }, (request, reply) => {
      const { channel, after } = subscribeQuery(request.query as Record<string, unknown>)
      counters.requestCount++
      const number = (numbers.get(channel) ?? 0) + 1
      numbers.set(channel, number)
      const again = (): Held => Object.assign(log.channel(channel), { counters, again })
      const held = again()
      answer(reply, held, log.channel(channel).positionOf(after), number)
    })
  }
  done()
}
