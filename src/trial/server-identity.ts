import { Agent, get, type ClientRequest, type IncomingMessage } from 'node:http'
import { harnessError, type HarnessError } from '../core/errors.ts'
import { paths } from '../core/wire.ts'
import { listenersOn, ownersText, tellsItsSockets } from '../machine/port-owner.ts'

/** How long silence is tolerated, in ms, from the instant at which our own process reported that it listens. */
const usualPatience = {
  /** Beyond it, silence is another process's, unless our own process holds the port. */
  silenceMs: 2_000,
  /** How long our own process may take in all: as long as for any other question. */
  ownMs: 15_000,
}
/** Longer than any answer of ours. */
const longestAnswerCharacters = 65_536
const shownCharacters = 60

/** The address at which the server of a trial says that it listens, and how that process is asked. */
export interface ServerAddress {
  /** What errors call it. */
  name: string
  host: string
  port: number
  secret: string
  /** The process that serves clients. */
  pid: number
  /** Resolves when our own process answers on its control channel; rejects when it is dead or silent there, too. */
  works(): Promise<unknown>
  /** True = clients are at it, and may keep a connect waiting for as long as TCP tries. */
  isUnderLoad?: boolean
}

/**
 * Makes sure that what answers at the server's address is the server of this trial: it knows the trial's secret. Nobody else
 * is blamed before our own process has shown that it is alive.
 *
 * @throws {HarnessError} ERR_SERVER_FOREIGN, with the port and where it can be known the pid of who listens there;
 * ERR_CHILD_SILENT when our own process listens and says nothing; ERR_CHILD_DIED when it has ended
 */
export async function checkIdentity(server: ServerAddress, { silenceMs, ownMs } = usualPatience): Promise<void> {
  const { name, host, port, secret, pid, works, isUnderLoad = false } = server
  const question = new Question(host, port)
  try {
    let heard = await within(question.answer, silenceMs)
    if (heard === undefined) {
      await works()
      const holder = holderOf(port, pid)
      if (holder === 'ours' && isUnderLoad) return
      heard = await within(question.answer, { ours: ownMs - silenceMs, unknown: silenceMs, others: 0 }[holder])
      if (heard === undefined && holder === 'ours')
        throw harnessError(
          'ERR_CHILD_SILENT',
          `${name} (pid ${pid}) listens on ${host}:${port}, but did not answer there within ${ownMs} ms.`,
        )
    }
    if (heard?.secret === secret) return
    await works()
    const words = heard?.words ?? question.soFar ?? `sent nothing for ${silenceMs} ms`
    throw foreignServer(host, port, `${words}: it is not the server of this trial`)
  } finally {
    question.end()
  }
}

/**
 * The error for a port that another process has.
 *
 * @param what happens there: "answers …", "was taken …"
 */
export function foreignServer(host: string, port: number, what: string): HarnessError {
  const owners = ownersText(listenersOn(port))
  const who = owners === '' ? 'The process that listens there is unknown' : `${owners} listens there`
  return harnessError('ERR_SERVER_FOREIGN', `${host}:${port} ${what}. ${who}; stop it and run again.`)
}

/** Whose socket listens on the port. Our own process is seen there if its sockets can be read at all. */
function holderOf(port: number, pid: number): 'ours' | 'others' | 'unknown' {
  const owners = listenersOn(port)
  if (owners === null || !tellsItsSockets(pid)) return 'unknown'
  return owners.some((owner) => owner.pid === pid) ? 'ours' : 'others'
}

interface Heard {
  secret?: unknown
  /** What came, in words. */
  words: string
}

/** One GET on a connection of its own, ended by a reset: a port left in TIME_WAIT would be missing to the clients. */
class Question {
  readonly answer: Promise<Heard>
  /** What has come, in words, while there is no whole answer. */
  soFar: string | undefined
  readonly #agent = new Agent({ keepAlive: true })
  readonly #request: ClientRequest

  constructor(host: string, port: number) {
    this.#request = get({ host, port, path: paths.health, agent: this.#agent })
    this.answer = new Promise((resolve) => {
      this.#request.on('response', (response) => this.#read(response, resolve))
      this.#request.on('error', (error) => resolve({ words: wordsOf(error) }))
    })
  }

  end(): void {
    this.#request.socket?.resetAndDestroy()
    this.#agent.destroy()
  }

  #read(response: IncomingMessage, resolve: (heard: Heard) => void): void {
    const head = `answers ${response.statusCode} ${response.headers['content-type'] ?? 'without a content type'}`
    let text = ''
    const endless = (this.soFar = `${head} that never ends`)
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.length > longestAnswerCharacters) resolve({ words: endless })
    })
    response.on('end', () => resolve({ secret: secretIn(text), words: `${head}, ${excerptOf(text)}` }))
    response.on('error', () => resolve({ words: `${head} and breaks off` }))
  }
}

function wordsOf({ code = '', message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'refuses connections'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'closes the connection without an answer'
  if (code.startsWith('HPE_')) return 'answers, but not in HTTP'
  return `cannot be asked (${message})`
}

function excerptOf(text: string): string {
  return text === '' ? 'with nothing in it' : JSON.stringify(text.slice(0, shownCharacters))
}

function secretIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { secret?: unknown } | null)?.secret
  } catch {
    return undefined
  }
}

/** `undefined` when it takes longer. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)))
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
