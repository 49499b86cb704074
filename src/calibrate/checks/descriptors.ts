import type { Finding } from '../../core/calibration-record.ts'
import { registry } from '../../core/transports/registry.ts'
import { counted, type Check } from '../check.ts'
import { runKnownTrial } from '../known-trial.ts'

const clientCount = { quick: 250, full: 500 } as const

/** K20. */
export const descriptors: Check = {
  answers: [
    {
      id: 'K20',
      title: 'One descriptor per client, and all released',
      known: 'a connection takes one descriptor in the server; after all clients disconnect it has as many as before the first one',
      tolerance: 'exact',
      mechanism: 'the descriptor counts of a real trial of each transport: baseline, five ramp steps, peak, after',
    },
  ],
  quick: true,
  seconds: [12, 14],
  async run({ quick, say }) {
    const clients = clientCount[quick ? 'quick' : 'full']
    const findings: Finding[] = []
    for (const { id: transport } of registry) {
      say(transport)
      const { trial } = await runKnownTrial({
        transport,
        clientCount: clients,
        traffic: { messagesPerSecondPerChannel: 5 },
        warmUpMs: 0,
        measuredMs: 500,
      })
      const { baselineCount, idleCount, peakCount, afterCount, perClient, reasons } = trial.server.descriptors
      const above = (count: number | null) => (count === null || baselineCount === null ? null : count - baselineCount)
      const count = (what: string, expected: number, measured: number | null) =>
        counted(`${transport}: ${what}`, expected, measured, reasons['baselineCount'])
      findings.push(
        count('clients subscribed', clients, trial.clients.subscribedCount),
        count('descriptors when all are connected', clients, above(idleCount)),
        count('descriptors at the peak', clients, above(peakCount)),
        count('descriptors left after the disconnect', 0, above(afterCount)),
        count('descriptors per client', 1, perClient),
        count(
          'ramp steps with one descriptor per client',
          5,
          trial.ramp.filter((step) => above(step.descriptorCount) === step.clientCount).length,
        ),
      )
    }
    return { K20: findings }
  },
}
