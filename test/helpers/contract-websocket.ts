import { createClient } from '../../clients/websocket.ts'
import { transport } from '../../servers/websocket.ts'

export const websocket = {
  id: 'websocket' as const,
  transport,
  createClient,
  serverOptions: { heartbeatMs: 15_000, clientBufferBytes: 1_048_576, perMessageDeflate: false, maxPayloadBytes: 4_194_304 },
  clientOptions: { heartbeatMs: 15_000, perMessageDeflate: false, maxPayloadBytes: 4_194_304 },
  isStream: true,
  holds: true,
}
