import type { Finding } from '../../core/calibration-record.ts'
import { findNamespace } from '../../machine/namespace.ts'
import { registry } from '../../core/transports/registry.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { counted, skipped, type Check } from '../check.ts'
import { runKnownTrial } from '../known-trial.ts'

const clientCount = 150
const portCount = 100
/** The server's own port is one of the range. */
const openCount = portCount - 1

/** K13. */
export const ports: Check = {
  answers: [
    {
      id: 'K13',
      title: 'Running out of local ports is blamed on the generator',
      known: '100 local ports, one of them used by the server, and 150 clients: 99 subscribe and 51 cannot open a connection',
      tolerance: 'exact',
      mechanism: 'a real trial of each transport in a namespace whose ip_local_port_range is 40000 to 40099',
    },
  ],
  quick: true,
  seconds: [27, 27],
  async run({ say }) {
    const namespace = findNamespace()
    // Without a namespace of its own the trial would take the ports of the whole machine away.
    if ('reason' in namespace)
      return {
        K13: [skipped('clients without a local port', clientCount - openCount, 'count', `needs a network namespace: ${namespace.reason}`)],
      }
    const findings: Finding[] = []
    for (const { id: transport } of registry) {
      say(transport)
      const { trial } = await runKnownTrial({
        transport,
        clientCount,
        traffic: { messagesPerSecondPerChannel: 10 },
        warmUpMs: 0,
        measuredMs: 1_000,
        prepare: `echo "40000 ${40_000 + portCount - 1}" > /proc/sys/net/ipv4/ip_local_port_range`,
      })
      const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount } = trial.requests
      const gate = trial.validity.reasons.find((reason) => reason.gate === 'clients-missing')
      const count = (what: string, expected: number, measured: number) => counted(`${transport}: ${what}`, expected, measured)
      findings.push(
        count('clients subscribed', openCount, trial.clients.subscribedCount),
        count('clients without a local port', clientCount - openCount, trial.clients.faults['localPortsExhausted'] ?? 0),
        count('trials made invalid by "clients-missing"', 1, gate?.status === 'invalid' && trial.validity.status === 'invalid' ? 1 : 0),
        count('requests accounted for', sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount),
        count('lost', 0, owedCount(trial.ledger)),
      )
    }
    return { K13: findings }
  },
}
