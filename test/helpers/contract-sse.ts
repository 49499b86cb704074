import { createClient } from '../../clients/sse.ts'
import { transport } from '../../servers/sse.ts'

export const sse = {
  id: 'sse' as const,
  transport,
  createClient,
  serverOptions: { heartbeatMs: 15_000, clientBufferBytes: 1_048_576, compression: false },
  clientOptions: { heartbeatMs: 15_000, compression: false },
  isStream: true,
  holds: true,
}
