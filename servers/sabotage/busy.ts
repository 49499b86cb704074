import type { FastifyPluginAsync } from 'fastify'
import { nowUs } from '../../src/core/clock.ts'
import { harnessError } from '../../src/core/errors.ts'
import type { ServerContext } from '../contract.ts'

/**
 * A transport's own server with busy work before each message is logged: `busy.js?transport=sse&busyUs=2000`. What it adds
 * to a delivery is known, so that a comparison can be held against it (K27).
 */
export const transport: FastifyPluginAsync<ServerContext> = async (app, context) => {
  const { searchParams } = new URL(import.meta.url)
  const id = searchParams.get('transport') ?? ''
  const busyUs = Number(searchParams.get('busyUs') ?? Number.NaN)
  if (!/^[a-z-]+$/.test(id) || !(busyUs >= 0))
    throw harnessError('ERR_WIRE', `busy server: got transport "${id}" and busyUs ${busyUs}; needs ?transport=<id>&busyUs=<µs>.`)
  const { log } = context
  const publish = log.publish.bind(log)
  log.publish = (messages) => {
    const untilUs = nowUs() + busyUs * messages.length
    spinUntil(untilUs)
    publish(messages)
  }
  const plain = (await import(new URL(`../${id}.js`, import.meta.url).href)) as { transport: FastifyPluginAsync<ServerContext> }
  await app.register(plain.transport, context)
}

/** Works between two looks at the clock, since each look leaves a BigInt to be collected and a collection would be paid by later messages. */
function spinUntil(untilUs: number): void {
  for (let sum = 0; nowUs() < untilUs || sum < 0;) for (let step = 0; step < 1_000; step++) sum += step
}
