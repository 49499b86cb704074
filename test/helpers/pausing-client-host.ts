import { pathToFileURL } from 'node:url'
import { hostModules } from '../../src/trial/transport-modules.ts'

/** Longer than the deadlines of the test. */
const pauseMs = 2_500

/** Process entry: a client host whose event loop stalls for a while at each SIGUSR2. */
process.on('SIGUSR2', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
})
await import(pathToFileURL(hostModules.clients).href)
