import type { FastifyInstance } from 'fastify'
import { nowUs } from '../src/core/clock.ts'
import type { ServerCounters } from '../src/core/counters.ts'
import { payloadMaker } from '../src/core/payload.ts'
import { maxTimerMs, usPerMs } from '../src/core/units.ts'
import { jobAnswer, paths, type JobRequest, type PublishedMessage } from '../src/core/wire.ts'

export interface JobDeskOptions {
  messageBytes: number
  seed: number
}

const wholeNumber = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum })

const jobSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['firstSequence', 'messageCount', 'delayMs', 'gapMs'],
    properties: {
      firstSequence: wholeNumber(0, 0x7fff_ffff),
      messageCount: wholeNumber(1, 100_000),
      delayMs: { type: 'number', minimum: 0, maximum: maxTimerMs },
      gapMs: { type: 'number', minimum: 0, maximum: maxTimerMs },
    },
  },
}

/**
 * Mounts `POST /jobs` beside a transport, which knows nothing of it: answered at once with 202 and the job's id, which is
 * the channel that its messages will come on. The first is published `delayMs` after the request came, the others at equal
 * gaps, each on an instant of its own, so that one that is late shifts no other; none is ever early.
 */
export function registerJobRoutes(
  app: FastifyInstance,
  { messageBytes, seed }: JobDeskOptions,
  counters: ServerCounters,
  publish: (messages: readonly PublishedMessage[]) => void,
): void {
  const payloadOf = payloadMaker(messageBytes, seed)
  const timers = new Set<NodeJS.Timeout>()
  let jobCount = 0

  const work = (channel: string, job: JobRequest, receivedAtUs: number, published: number): void => {
    let at = published
    const dueAtUs = (): number => receivedAtUs + (job.delayMs + at * job.gapMs) * usPerMs
    const messages: PublishedMessage[] = []
    for (; at < job.messageCount && dueAtUs() <= nowUs(); at++) messages.push({ channel, data: payloadOf(job.firstSequence + at) })
    if (messages.length > 0) publish(messages)
    if (at === job.messageCount) return
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        work(channel, job, receivedAtUs, at)
      },
      Math.ceil((dueAtUs() - nowUs()) / usPerMs),
    )
    timers.add(timer)
  }

  app.post<{ Body: JobRequest }>(paths.jobs, { schema: jobSchema }, (request, reply) => {
    counters.upstreamCount++
    const channel = `job-${++jobCount}`
    reply.code(202).type('application/json; charset=utf-8').send(jobAnswer(channel))
    work(channel, request.body, nowUs(), 0)
  })
  app.addHook('preClose', (next) => {
    for (const timer of timers) clearTimeout(timer)
    next()
  })
}
