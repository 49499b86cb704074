import { messageOf } from './errors.ts'
import type { Span } from './span.ts'

export interface WindowOrder {
  fromAtUs: number
  untilAtUs: number
  /** Spans in which there is no server by plan, so that a pause of a client host keeps nobody waiting. */
  outages?: readonly Span[]
}

export interface CloseOrder {
  untilAtUs: number
}

interface Question {
  id: number
  name: string
  order: unknown
}

export type Answer = { id: number; value: unknown } | { id: number; fault: string }

/** Answers the parent's questions with these handlers, and ends the process when the parent is gone. */
export function answerControl<Control extends object>(handlers: Control): void {
  const answer = async ({ id, name, order }: Question): Promise<Answer> => {
    try {
      const handler = handlers[name as keyof Control] as (order: unknown) => unknown
      return { id, value: await handler(order) }
    } catch (fault) {
      return { id, fault: messageOf(fault) }
    }
  }
  process.on('message', (question: Question) => {
    void answer(question).then((reply) => process.send?.(reply))
  })
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches the whole process group; the trial decides when its processes end.
  process.on('SIGINT', () => undefined)
}
