import { createClient } from '../../clients/long-poll.ts'
import { transport } from '../../servers/long-poll.ts'

export const longPoll = {
  id: 'long-poll' as const,
  transport,
  createClient,
  serverOptions: { holdTimeMs: 400, cursor: true },
  clientOptions: { holdTimeMs: 400, repollDelayMs: 0, keepAlive: true },
  isStream: false,
  holds: true,
}
