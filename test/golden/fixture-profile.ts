import type { Fit, FitTerm, Profile, TransportProfile } from '../../src/core/profile-result.ts'

/** [id, value] with an interval of ± a tenth, or [id, value, 'exact']. */
type Price = readonly [string, number, 'exact'?]

/** A profile whose prices are round, so that every prediction follows by hand. t is 2, prices vary by 5 %, trials by nothing. */
export function fixtureProfile(): Profile {
  return {
    schemaVersion: 1,
    harness: {
      version: '0.1.0',
      commit: null,
      dirty: null,
      command: 'npm run bench -- profile',
      reasons: { commit: 'a fixture', dirty: 'a fixture' },
    },
    environment: { cpuModel: 'Fixture CPU', coreCount: 2, node: 'v20.19.0', platform: 'linux', memoryBytes: 8e9, namespace: 'own' },
    environmentHash: 'fixture',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationSeconds: 900,
    isQuick: false,
    seed: 7,
    cursorBytes: 8,
    transports: [
      transport('short-poll', {
        serverCpu: [
          ['base', 10_000],
          ['messages', 50],
          ['polls', 100],
          ['answeredPolls', 5],
          ['payload', 0.01],
        ],
        liveHeap: [
          ['base', 10_000_000],
          ['clients', 3_000],
        ],
        bytesUp: [['polls', 80]],
        bytesDown: [
          ['framedDown', 1, 'exact'],
          ['emptyPolls', 100],
          ['answeredPolls', 200],
        ],
        connectCpu: 200,
      }),
      transport('long-poll', {
        serverCpu: [
          ['base', 10_000],
          ['messages', 50],
          ['polls', 120],
          ['payload', 0.01],
        ],
        liveHeap: [
          ['base', 10_000_000],
          ['clients', 6_000],
        ],
        bytesUp: [['polls', 90]],
        bytesDown: [
          ['framedDown', 1, 'exact'],
          ['emptyPolls', 100],
          ['answeredPolls', 200],
        ],
        connectCpu: 300,
      }),
      transport('sse', {
        serverCpu: [
          ['base', 10_000],
          ['messages', 50],
          ['deliveries', 20],
          ['payload', 0.01],
          ['heartbeats', 10],
        ],
        liveHeap: [
          ['base', 10_000_000],
          ['clients', 5_000],
        ],
        bytesUp: [['framedUp', 1, 'exact']],
        bytesDown: [['framedDown', 1, 'exact']],
        connectCpu: 300,
      }),
      transport('websocket', {
        serverCpu: [
          ['base', 10_000],
          ['messages', 50],
          ['deliveries', 15],
          ['payload', 0.01],
          ['heartbeats', 20],
          ['upstream', 40],
        ],
        liveHeap: [
          ['base', 10_000_000],
          ['clients', 3_000],
        ],
        bytesUp: [['framedUp', 1, 'exact']],
        bytesDown: [['framedDown', 1, 'exact']],
        connectCpu: 400,
      }),
    ],
    validation: [
      {
        transport: 'sse',
        point: '1000 clients, broadcast, 1/s, 256 B',
        figures: [{ figure: 'serverCpu', unit: 'µs/s', predicted: 33_000, measured: 30_000, errorRatio: 0.1, isInside: true, reasons: {} }],
      },
    ],
    accuracy: [
      { transport: 'sse', figure: 'serverCpu', pointCount: 1, medianErrorRatio: 0.1, worstErrorRatio: 0.1, isTrusted: true, reasons: {} },
    ],
    notTrusted: ['Latency p99 of long polling above a utilisation of 0.5.'],
    points: [],
  }
}

interface Prices {
  serverCpu: Price[]
  liveHeap: Price[]
  bytesUp: Price[]
  bytesDown: Price[]
  connectCpu: number
}

function transport(id: string, { connectCpu, ...prices }: Prices): TransportProfile {
  return {
    transport: id,
    fits: {
      serverCpu: fit('µs/s', prices.serverCpu),
      connectCpu: fit('µs/s', [['connects', connectCpu]]),
      liveHeap: fit('bytes', prices.liveHeap),
      resident: fit('bytes', [
        ['base', 80_000_000],
        ['clients', 12_000],
      ]),
      kernel: fit('bytes', [['clients', 4_000]]),
      descriptors: fit('descriptors', [
        ['base', 24, 'exact'],
        ['clients', 1, 'exact'],
      ]),
      bytesUp: fit('bytes/s', prices.bytesUp),
      bytesDown: fit('bytes/s', prices.bytesDown),
    },
    spans: { batchUs: 0, wakeUs: 1_000 },
    latency: {
      transitP50Us: coefficient(1_000),
      transitP99Us: coefficient(5_000),
      perReaderP50Us: coefficient(10),
      perReaderP99Us: coefficient(25),
    },
    ranges: {
      clientCount: { low: 100, high: 10_000 },
      messagesPerSecond: { low: 0, high: 2_000 },
      deliveriesPerSecond: { low: 0, high: 10_000 },
      pollsPerSecond: { low: 0, high: 4_000 },
      upstreamPerSecond: { low: 0, high: 1_000 },
      payloadBytes: { low: 64, high: 4_096 },
      fanOutCount: { low: 1, high: 10_000 },
      utilisation: { low: 0, high: 0.7 },
    },
  }
}

function fit(unit: string, prices: readonly Price[]): Fit {
  const terms = prices.map(([id, value, exact]): FitTerm => ({
    id,
    unit: `${unit.replace('/s', '')} per ${id}`,
    value,
    low: exact === 'exact' ? value : value * 0.9,
    high: exact === 'exact' ? value : value * 1.1,
    origin: exact === 'exact' ? 'arithmetic' : 'fitted',
  }))
  const covariance = terms.map((row, at) =>
    terms.map((_, other) => (at === other && row.origin === 'fitted' ? (row.value * 0.05) ** 2 : 0)),
  )
  return { unit, terms, covariance, scatterRatio: 0, criticalT: 2, pointCount: 12 }
}

function coefficient(value: number) {
  return { unit: 'µs', value, low: value * 0.5, high: value * 1.5, pointCount: 8 }
}
