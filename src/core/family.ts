/**
 * Kinds of figures, with their names in texts. A gate names those that it spoils: what takes processor time from a trial says
 * nothing against its bytes. Throughput is what the measured window carried, per second and per delivery; counts are
 * losses, descriptors and other whole things; connecting was over before the window began.
 */
export const familyNames = {
  latency: 'latency',
  cpu: 'CPU',
  throughput: 'throughput',
  counts: 'counts',
  memory: 'memory',
  connecting: 'connecting',
} as const

export type Family = keyof typeof familyNames

export const families = Object.keys(familyNames) as Family[]
