import { createClient } from '../../clients/short-poll.ts'
import { transport } from '../../servers/short-poll.ts'

export const shortPoll = {
  id: 'short-poll' as const,
  transport,
  createClient,
  serverOptions: {},
  clientOptions: { pollIntervalMs: 20, keepAlive: true },
  isStream: false,
  holds: false,
}
