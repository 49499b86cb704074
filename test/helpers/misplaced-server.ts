import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { answerControl } from '../../src/core/control.ts'
import type { ServerControl } from '../../src/core/server-control.ts'

/**
 * Process entry: a server that says that it listens where somebody else does. What the stranger answers is in the query of the
 * module that it is told to serve: `…?html`.
 */
const control: ServerControl = {
  start: async ({ host, moduleUrl }) => {
    const stranger = fork(fileURLToPath(new URL('./stranger.js', import.meta.url)), [new URL(moduleUrl).search.slice(1), '0'])
    const [port] = (await once(stranger, 'message')) as [number]
    return { host, port }
  },
  stop: () => Promise.resolve(),
}
answerControl(control)
