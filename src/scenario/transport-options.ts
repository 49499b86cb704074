import { z } from 'zod'
import { durationMs } from '../core/scenario.ts'
import { bytesPerMiB } from '../core/units.ts'

const minuteMs = 60_000

/** What every contender may set, whatever its transport: its label, how its clients retry, whether its server gathers. */
const common = {
  label: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('Name of the contender in tables and charts. Absent: made from transport and options.'),
  backoffBaseMs: durationMs(1).default(1_000).describe('Wait before the first retry after a fault, in ms.'),
  backoffFactor: z.number().min(1).max(10).default(2),
  backoffCapMs: durationMs(1).default(30_000).describe('Longest wait between two attempts, in ms.'),
  backoffJitterRatio: z.number().min(0).max(1).default(0.2).describe('Share by which a proportional jitter spreads a wait to both sides.'),
  backoffJitter: z
    .enum(['proportional', 'full'])
    .default('proportional')
    .describe(
      'How waits are spread: by backoffJitterRatio to both sides, or "full": uniform between 0 and the wait (the ratio then has no effect).',
    ),
  batchWindowMs: durationMs(0, minuteMs)
    .default(0)
    .describe('How long the server gathers messages, from the first of a batch, before any client may have them, in ms; 0 = not at all.'),
  timeoutMarginMs: durationMs(50, 10 * minuteMs)
    .default(5_000)
    .describe('What a client waits beyond the longest time that a healthy server takes, in ms.'),
}

const heartbeatMs = durationMs(50).default(15_000).describe('Time between two heartbeats to one client, in ms.')
const keepAlive = z.boolean().default(true).describe('False = each poll opens a connection of its own (Connection: close, RFC 9112 §9.6).')
const clientBufferBytes = z
  .int()
  .min(1_024)
  .max(1_024 * bytesPerMiB)
  .default(bytesPerMiB)
  .describe('Bytes queued for one client above which the server cuts it as a slow consumer.')

export const shortPollOptions = z.strictObject({
  transport: z.literal('short-poll'),
  ...common,
  pollIntervalMs: durationMs(10).default(2_000).describe('Time between two polls of one client, in ms.'),
  keepAlive,
})

export const longPollOptions = z.strictObject({
  transport: z.literal('long-poll'),
  ...common,
  holdTimeMs: durationMs(50).default(25_000).describe('Longest time that the server holds an empty poll, in ms.'),
  keepAlive,
  cursor: z
    .boolean()
    .default(true)
    .describe('False = the naive server, which loses to a client what is published between two of its polls.'),
  repollDelayMs: durationMs(0, minuteMs).default(0).describe('What a client waits after an answer before it asks again, in ms.'),
})

export const sseOptions = z.strictObject({
  transport: z.literal('sse'),
  ...common,
  heartbeatMs,
  clientBufferBytes,
  compression: z.boolean().default(false).describe('gzip, flushed after each message.'),
})

export const websocketOptions = z.strictObject({
  transport: z.literal('websocket'),
  ...common,
  heartbeatMs,
  clientBufferBytes,
  perMessageDeflate: z.boolean().default(false).describe('Negotiate permessage-deflate.'),
  maxPayloadBytes: z
    .int()
    .min(125)
    .max(1_024 * bytesPerMiB)
    .default(4 * bytesPerMiB)
    .describe('Largest message that either side accepts.'),
})
