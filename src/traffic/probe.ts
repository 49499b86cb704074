/** Channel of the probe's clients and of their shadows. */
export const probeChannel = 'probe'
/** Constant rate of that channel, in messages per second. */
export const probeMessagesPerSecond = 5

const maxProbeClients = 16
/** A single client says little of its process. */
const minProbeClients = 2
/** What probe and shadows may add to the trial's clients and to its deliveries: less than any difference that matters. */
const maxLoadRatio = 0.02
/** Each probe client has a shadow. */
const clientsPerProbe = 2

/**
 * Probe clients that this load bears: at most 16, at most one for each 100 clients, and so few that probe and shadows add
 * at most 2 % of deliveries. 0 where that leaves fewer than two: the probe would be a good part of what it watches.
 */
export function probeClientCountFor({ clientCount, deliveriesPerSecond }: { clientCount: number; deliveriesPerSecond: number }): number {
  const byClients = Math.floor((maxLoadRatio * clientCount) / clientsPerProbe)
  const byDeliveries = Math.floor((maxLoadRatio * deliveriesPerSecond) / (clientsPerProbe * probeMessagesPerSecond))
  const count = Math.min(maxProbeClients, byClients, byDeliveries)
  return count < minProbeClients ? 0 : count
}
