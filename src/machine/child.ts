import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Answer } from '../core/control.ts'
import { nowUs } from '../core/clock.ts'
import { errorCodes, harnessError, messageOf, type ErrorCode } from '../core/errors.ts'
import { childEnvironment } from './child-environment.ts'
import { maxTimerMs, usPerMs } from '../core/units.ts'
import { LastWords } from './last-words.ts'

/** Longest that a child may take to answer a question, in ms, unless the question says otherwise. */
const answerDeadlineMs = 15_000
/** A timer that is this late was not waiting for others: this process had stalled. */
const sleptMs = 250

interface Pending {
  resolve(value: never): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/** What a question is asked with. */
export type RequestOf<Handler> = NonNullable<Handler> extends (request: infer R) => unknown ? R : undefined
/** What it is answered with. */
export type AnswerOf<Handler> = NonNullable<Handler> extends (...args: never[]) => infer V ? Awaited<V> : never

/** How a process is started, beside its command. */
export interface ChildOptions {
  /**
   * True = in a session of its own, so that a signal to the command's process group passes it by while it starts, too. For
   * the first process below a command: sessions share the processors among them, so members of a trial stay in one.
   */
  ownSession?: boolean
  /** Gets what it writes to stderr, as it comes. */
  onStderr?: ((text: string) => void) | undefined
}

/** The process answers no such question. */
class UnknownQuestion extends Error {}

/**
 * A process of the trial and the questions it answers.
 *
 * Every question has a deadline; a child that dies or stays silent rejects what is open, with its last line, so that
 * nothing waits for a message that cannot come.
 */
export class Child<Control extends object> {
  readonly name: string
  /** Resolves with the error when the process ends, or cannot start, without having been asked to end. */
  readonly died: Promise<Error>
  readonly #process: ChildProcess
  readonly #pending = new Map<number, Pending>()
  #nextId = 1
  readonly #lastWords = new LastWords()
  #ending = false
  #onDeath!: (error: Error) => void

  /** @param command the program with its arguments; the last ones are node and the module */
  constructor(name: string, command: readonly string[], { ownSession = false, onStderr }: ChildOptions = {}) {
    this.name = name
    this.died = new Promise((resolve) => (this.#onDeath = resolve))
    const [program, ...args] = command
    this.#process = spawn(program!, args, {
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      detached: ownSession,
    })
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords.add(text)
      onStderr?.(text)
    })
    this.#process.on('message', (answer: Answer) => this.#settle(answer))
    this.#process.on('error', (error) =>
      this.#fail(harnessError('ERR_CHILD_START', `${name}: could not start ${program}: ${error.message}. Is it installed?`, error)),
    )
    // 'close' comes after the last line of stderr, 'exit' may come before it.
    this.#process.on('close', (code, signal) => this.#onClose(code, signal))
  }

  /** 0 before it has started and after it has failed to. */
  get pid(): number {
    return this.#process.pid ?? 0
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** Messages that the child sends by itself, outside questions. */
  onNotice(listener: (notice: unknown) => void): void {
    this.#process.on('message', (message: { notice?: unknown }) => {
      if (message.notice !== undefined) listener(message.notice)
    })
  }

  ask<Name extends keyof Control & string>(
    name: Name,
    request: RequestOf<Control[Name]>,
    deadlineMs = answerDeadlineMs,
  ): Promise<AnswerOf<Control[Name]>> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      if (this.hasEnded) return reject(this.#exitError())
      this.#pending.set(id, { resolve, reject, timer: this.#patience(id, name, deadlineMs) })
      this.#process.send({ id, name, order: request }, (error) => {
        if (error !== null) this.#settle({ id, error: messageOf(error) })
      })
    })
  }

  /** The same, or `undefined` where the child answers no such question. */
  async askIfAnswered<Name extends keyof Control & string>(
    name: Name,
    request: RequestOf<Control[Name]>,
    deadlineMs = answerDeadlineMs,
  ): Promise<AnswerOf<Control[Name]> | undefined> {
    try {
      return await this.ask(name, request, deadlineMs)
    } catch (error) {
      if (error instanceof UnknownQuestion) return undefined
      throw error
    }
  }

  /** It will end by itself: its end is no death. */
  expectEnd(): void {
    this.#ending = true
  }

  /** Ends the child at once. Safe to call twice. */
  kill(): void {
    this.#ending = true
    if (!this.hasEnded) this.#process.kill('SIGKILL')
  }

  /** Waits for the end that was asked for; after the deadline the child is killed. */
  async ended(deadlineMs: number): Promise<void> {
    this.#ending = true
    if (this.hasEnded) return
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), deadlineMs)
    await once(this.#process, 'exit')
    clearTimeout(timer)
  }

  disconnect(): void {
    this.#ending = true
    if (this.#process.connected) this.#process.disconnect()
  }

  /** Lets it end in its own way, and kills it after the deadline. */
  async end(deadlineMs: number): Promise<void> {
    this.disconnect()
    await this.ended(deadlineMs)
  }

  /** Ends a question that stays open. What this process itself slept through is given back, and what came meanwhile is read first. */
  #patience(id: number, name: string, deadlineMs: number, leftMs = deadlineMs): NodeJS.Timeout {
    const endsAtUs = nowUs() + leftMs * usPerMs
    const end = (): void => {
      const pending = this.#pending.get(id)
      if (pending === undefined) return
      const lateMs = (nowUs() - endsAtUs) / usPerMs
      if (lateMs > sleptMs) {
        pending.timer = this.#patience(id, name, deadlineMs, lateMs)
        return
      }
      this.#pending.delete(id)
      pending.reject(
        harnessError(
          'ERR_CHILD_SILENT',
          `${this.name} (pid ${this.pid}) did not answer "${name}" within ${deadlineMs} ms.${this.#lastLine()}`,
        ),
      )
    }
    return setTimeout(() => setImmediate(end), Math.min(leftMs, maxTimerMs))
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id)
    if (pending === undefined) return
    this.#pending.delete(answer.id)
    clearTimeout(pending.timer)
    if ('isUnknown' in answer) pending.reject(new UnknownQuestion(`${this.name} (pid ${this.pid}): ${answer.error}`))
    else if ('error' in answer) pending.reject(this.#failureOf(answer.error))
    else pending.resolve(answer.value as never)
  }

  /** An error that already has a code keeps it; anything else is the death of the work that was asked for. */
  #failureOf(message: string): Error {
    const [, code, text] = /^(ERR_[A-Z_]+): (.*)$/s.exec(message) ?? []
    if (code !== undefined && code in errorCodes) return harnessError(code as ErrorCode, text!)
    return harnessError('ERR_CHILD_DIED', `${this.name} (pid ${this.pid}): ${message}`)
  }

  #onClose(code: number | null, signal: NodeJS.Signals | null): void {
    this.#fail(this.#exitError(code, signal))
  }

  #exitError(code = this.#process.exitCode, signal = this.#process.signalCode): Error {
    const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`
    return harnessError('ERR_CHILD_DIED', `${this.name} (pid ${this.pid}) ${how} before it had finished its work.${this.#lastLine()}`)
  }

  #lastLine(): string {
    const { line } = this.#lastWords
    if (line === undefined) return ' It wrote nothing.'
    const advice = /heap out of memory|Allocation failed/.test(line) ? ' It ran out of memory: use fewer clients or smaller messages.' : ''
    return ` Its last line was ${JSON.stringify(line)}.${advice}`
  }

  #fail(error: Error): void {
    if (!this.#ending) this.#onDeath(error)
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer)
      pending.reject(error)
    }
    this.#pending.clear()
  }
}

const endDeadlineMs = 1_000

/**
 * Runs `use` with a process, and ends the process with it.
 *
 * @param signal ends the process earlier, in its own way, so that it leaves no temporary folder. Who gives one listens to the
 * user's signals: the process then has a session of its own, where these do not reach it
 */
export async function withChild<Control extends object, T>(
  name: string,
  command: readonly string[],
  use: (child: Child<Control>) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const child = new Child<Control>(name, command, { ownSession: signal !== undefined })
  const end = (): void => void child.end(endDeadlineMs)
  signal?.addEventListener('abort', end)
  try {
    return await use(child)
  } finally {
    signal?.removeEventListener('abort', end)
    child.kill()
    await child.ended(endDeadlineMs)
  }
}
