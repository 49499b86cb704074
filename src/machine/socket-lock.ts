import { connect, createServer, type Socket } from 'node:net'
import { sleepMs } from '../core/clock.ts'
import type { LockHolder, LockPlace, MachineLock, TakenLock } from './lock-place.ts'

/** Longest that a holder may take to say who it is; one that was stopped (SIGSTOP) never does. */
const introductionMs = 2_000
/** Between the two calls that bind a socket and listen, and while a process ends, no process answers. */
const retryMs = 50
const tries = 20
/** Length of sun_path (unix(7)). */
const addressBytes = 108

/**
 * The lock as a listening Unix socket in the abstract namespace of Linux (unix(7)), which the kernel ends with its process,
 * however that ends. Whoever connects reads who holds it, and stays connected to see it end.
 */
export function socketLock(name: string): LockPlace {
  // Some versions of Node fill an address up with zeros and others do not: at its full length it is the same for both.
  const path = `\0${name}`.slice(0, addressBytes).padEnd(addressBytes, '\0')
  return {
    claim: async (own) => {
      for (let tried = 1; ; tried++) {
        const claim = (await listen(path, own)) ?? (await call(path))
        if (claim !== null) return claim
        if (tried === tries) return { holder: null, wait: () => sleepMs(introductionMs) }
        await sleepMs(retryMs)
      }
    },
    holder: async () => {
      const taken = await call(path)
      await taken?.wait(AbortSignal.abort())
      return taken?.holder
    },
  }
}

/** @returns null when another process has the address */
function listen(path: string, own: LockHolder): Promise<MachineLock | null> {
  const callers = new Set<Socket>()
  const server = createServer((socket) => {
    callers.add(socket.unref())
    socket.once('close', () => callers.delete(socket))
    // One that gives up its wait is no error.
    socket.on('error', () => {})
    socket.write(`${JSON.stringify(own)}\n`)
  })
  const release = (): void => {
    server.close()
    for (const socket of callers) socket.destroy()
  }
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen(path, () => resolve({ release }))
    server.unref()
  })
}

/** @returns null when no process listens */
function call(path: string): Promise<TakenLock | null> {
  const socket = connect(path)
  socket.on('error', () => {})
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const wait = async (signal: AbortSignal): Promise<void> => {
    const leave = (): void => void socket.destroy()
    socket.ref()
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave)
    await ended
    signal.removeEventListener('abort', leave)
  }
  return new Promise((resolve) => {
    let text = ''
    const meet = (taken: TakenLock | null): void => {
      clearTimeout(patience)
      // Whoever does not wait may end.
      socket.unref()
      resolve(taken)
    }
    const patience = setTimeout(() => meet({ holder: null, wait }), introductionMs)
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
      if (text.endsWith('\n')) meet({ holder: JSON.parse(text) as LockHolder, wait })
    })
    socket.once('close', () => meet(null))
  })
}
