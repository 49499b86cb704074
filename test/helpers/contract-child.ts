import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Contender } from '../../src/core/transport.ts'
import { endWithTests } from './left-processes.ts'

const script = fileURLToPath(new URL('./contract-child-main.js', import.meta.url))

/** What the clients of a child process have counted. */
export interface ChildReport {
  subscribedCount: number
  hopelessCount: number
  faults: Record<string, number>
  openedCount: number
  receivedCount: number
}

export interface Child {
  process: ChildProcess
  /** The next message of the child. */
  next<T>(): Promise<T>
  stop(): Promise<void>
}

/** The command line of a child with clients of its own, or with a server; other words may stand before it. */
export function childCommand(...args: (string | number | Contender)[]): string[] {
  return [process.execPath, script, ...args.map((arg) => (typeof arg === 'object' ? JSON.stringify(arg) : String(arg)))]
}

/** Starts a child process that speaks over IPC; see contract-child-main. */
export function startChild(command: readonly string[]): Child {
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  endWithTests(child)
  const queue: unknown[] = []
  child.on('message', (message) => {
    queue.push(message)
    child.emit('queued')
  })
  return {
    process: child,
    async next<T>() {
      while (queue.length === 0) {
        const cancel = new AbortController()
        await Promise.race([
          once(child, 'queued', { signal: cancel.signal }),
          once(child, 'exit', { signal: cancel.signal }).then(([code, signal]) => {
            throw new Error(`child ended with ${code ?? signal} and said nothing`)
          }),
        ]).finally(() => cancel.abort())
      }
      return queue.shift() as T
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
