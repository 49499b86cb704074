import { messageOf } from './errors.ts'
import type { ProcessMeter, WindowReading } from './process-meter.ts'
import type { Span } from './clock.ts'

export interface WindowRequest {
  fromAtUs: number
  untilAtUs: number
  /** Spans in which there is no server by plan, so that a pause of a client host delays no one. */
  outages?: readonly Span[]
}

export type CloseRequest = Pick<WindowRequest, 'untilAtUs'>

/** What a process that measures itself answers; each answer is optional, since a foreign process may not. */
export interface MeasuredControl {
  window?(request: WindowRequest): void
  /** Brings the end of the window forward: the one word that is sent in it, when the trial is stopped. */
  closeWindow?(request: CloseRequest): void
  /** What it saw of itself in the window. */
  reading?(): WindowReading
}

/** The answers of a process whose meter knows nothing but the window. */
export function measuredBy(meter: ProcessMeter): Required<MeasuredControl> {
  return {
    window: ({ fromAtUs, untilAtUs, outages }) => meter.watch(fromAtUs, untilAtUs, undefined, outages),
    closeWindow: ({ untilAtUs }) => meter.closeEarly(untilAtUs),
    reading: () => meter.reading(),
  }
}

interface Question {
  id: number
  name: string
  order: unknown
}

/** `isUnknown`: the process answers no such question. */
export type Answer = { id: number; value: unknown } | { id: number; error: string; isUnknown?: true }

/** The signals by which a terminal, timeout(1), systemd or a user asks a command to end. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Answers the parent's questions with these handlers, and ends the process when the parent is gone, and for no other reason. */
export function answerControl<Control extends object>(handlers: Control): void {
  const answer = async ({ id, name, order }: Question): Promise<Answer> => {
    try {
      const handler = handlers[name as keyof Control] as ((order: unknown) => unknown) | undefined
      if (handler === undefined) return { id, error: `it does not support "${name}"`, isUnknown: true }
      return { id, value: await handler(order) }
    } catch (error) {
      return { id, error: messageOf(error) }
    }
  }
  process.on('message', (question: Question) => {
    void answer(question).then((reply) => process.send?.(reply))
  })
  process.on('disconnect', () => process.exit(0))
  // They reach every process of a group (timeout(1)) or a control group (systemd); the command decides when its processes end.
  for (const name of stopSignals) process.on(name, () => undefined)
}
