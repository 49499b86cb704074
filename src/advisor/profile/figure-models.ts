import type { FittedFigure } from '../../core/profile-result.ts'
import type { Activity } from '../model/activity.ts'
import type { ModelTransport } from '../model/predict.ts'

/** One unit cost: fitted, or known beforehand. */
interface ModelTerm {
  id: keyof Activity
  unit: string
  /** Present = follows by arithmetic and is not fitted. */
  value?: number
}

/** What a figure is a sum of. */
export interface FigureModel {
  figure: FittedFigure
  unit: string
  terms: readonly ModelTerm[]
}

const base = (unit: string): ModelTerm => ({ id: 'base', unit })
const perClient = (unit: string): ModelTerm => ({ id: 'clients', unit })

/** Processor terms that all transports have. */
const work: readonly ModelTerm[] = [
  base('µs/s, base'),
  { id: 'messages', unit: 'µs per message taken in' },
  { id: 'batches', unit: 'µs per batch of messages' },
  { id: 'payload', unit: 'µs per byte delivered' },
  { id: 'upstream', unit: 'µs per client message' },
]

const held: ModelTerm = { id: 'clients', unit: 'µs per held client and second' }
const wakeUps: ModelTerm = { id: 'wakes', unit: 'µs per wake-up' }

const processor = {
  'short-poll': [...work, { id: 'polls', unit: 'µs per poll' }, { id: 'answeredPolls', unit: 'µs extra per answered poll' }, wakeUps],
  'long-poll': [...work, held, { id: 'polls', unit: 'µs per poll' }, wakeUps],
  sse: [...work, held, { id: 'deliveries', unit: 'µs per delivery' }, { id: 'heartbeats', unit: 'µs per heartbeat' }],
  websocket: [...work, held, { id: 'deliveries', unit: 'µs per delivery' }, { id: 'heartbeats', unit: 'µs per heartbeat' }],
} satisfies Record<ModelTransport, readonly ModelTerm[]>

const requestsUp: readonly ModelTerm[] = [
  { id: 'polls', unit: 'bytes per request' },
  { id: 'upstream', unit: 'bytes per client message, besides its payload' },
  { id: 'upstreamPayload', unit: 'bytes per byte of it', value: 1 },
]
const answersDown: readonly ModelTerm[] = [
  { id: 'framedDown', unit: 'bytes of framing and payload', value: 1 },
  { id: 'emptyPolls', unit: 'bytes per empty response' },
  { id: 'answeredPolls', unit: 'bytes of headers per response' },
  { id: 'upstream', unit: 'bytes per response to a client message' },
]
const streamDown: readonly ModelTerm[] = [{ id: 'framedDown', unit: 'bytes of framing and payload', value: 1 }]

/** What each figure of a transport is fitted as; the one list of it. */
export function figureModels(transport: ModelTransport): readonly FigureModel[] {
  return [
    { figure: 'serverCpu', unit: 'µs/s', terms: processor[transport] },
    { figure: 'connectCpu', unit: 'µs/s', terms: [{ id: 'connects', unit: 'µs per connect' }] },
    {
      figure: 'liveHeap',
      unit: 'bytes',
      terms: [base('bytes, base'), perClient('bytes per client'), { id: 'channels', unit: 'bytes per channel' }],
    },
    { figure: 'resident', unit: 'bytes', terms: [base('bytes, base'), perClient('bytes per client')] },
    { figure: 'kernel', unit: 'bytes', terms: [perClient('bytes per client')] },
    { figure: 'descriptors', unit: 'descriptors', terms: [base('descriptors, base'), perClient('descriptors per client')] },
    { figure: 'bytesUp', unit: 'bytes/s', terms: bytesUp[transport] },
    { figure: 'bytesDown', unit: 'bytes/s', terms: bytesDown[transport] },
  ]
}

const framesUp: ModelTerm = { id: 'framedUp', unit: 'bytes of frames', value: 1 }

const bytesUp = {
  'short-poll': requestsUp,
  'long-poll': requestsUp,
  sse: [framesUp, ...requestsUp.slice(1)],
  websocket: [framesUp],
} satisfies Record<ModelTransport, readonly ModelTerm[]>

const bytesDown = {
  'short-poll': answersDown,
  'long-poll': answersDown,
  sse: [...streamDown, answersDown[3]!],
  websocket: streamDown,
} satisfies Record<ModelTransport, readonly ModelTerm[]>
