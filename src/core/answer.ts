import { z } from 'zod'
import { count, label, maybe } from './result-parts.ts'

/** Raised when the rules by which an answer is found change (docs/method.md#the-answer). */
export const answerRulesVersion = 1

/**
 * What a line of an answer is about: the families of figures that the table shows, and what special scenarios ask for. The order is
 * that of the lines where a scenario names none.
 */
export const answerTopics = {
  recovery: 'Recovery',
  firstToken: 'First message',
  gap: 'Gap',
  jobDelay: 'Job delay',
  breakEven: 'Break-even',
  capacity: 'Capacity',
  loss: 'Loss',
  latency: 'Latency',
  network: 'Network',
  memory: 'Memory',
  cpu: 'CPU',
  connections: 'Connections',
} as const

export type AnswerTopic = keyof typeof answerTopics

/** In zod's own type, which wants one key at least. */
export const answerTopicIds = Object.keys(answerTopics) as [AnswerTopic, ...AnswerTopic[]]

/**
 * - `choice`: two blocks or more were judged, `recommendation` may say "choose".
 * - `firstLook`: one block, so medians and factors without a verdict.
 * - `spoilt`: most trials were spoilt by the machine, and nothing else is said before that.
 * - `nothing`: there was nothing to compare: one contender, or no trial that counts.
 */
export const answerKinds = ['choice', 'firstLook', 'spoilt', 'nothing'] as const

const ruledOut = z.strictObject({
  contender: label,
  by: z
    .enum(['limit', 'loss', 'saturated', 'staleness', 'dominated'])
    .describe(
      'saturated: it could not keep up with the load in most of its trials. dominated: another is decidedly better in a family, and this one in none.',
    ),
  text: z.string().describe('A sentence: who, how much, times what.'),
})

/** What a result says to the question of its scenario, in the words that every report shows. */
export const answerSchema = z.strictObject({
  rulesVersion: count,
  kind: z.enum(answerKinds),
  recommendation: z.string().describe('One sentence, the answer.'),
  choose: z.array(label).describe('Contenders that nothing rules out and nobody dominates; empty but in a choice.'),
  simplest: label.nullable().describe('The simplest of them to run and to debug; null where there are fewer than two, or no single one.'),
  ruledOut: z.array(ruledOut),
  lines: z.array(z.strictObject({ topic: z.enum(answerTopicIds), text: z.string() })).max(5),
  open: z
    .strictObject({ text: z.string(), blockCount: count.nullable(), minutes: maybe })
    .nullable()
    .describe(
      'What is undecided, and the blocks (of all, not more) and minutes that would settle it; null where nothing is. text is a whole sentence with the command in it, in backticks; of more than 10 blocks, or more than an hour, it says only that they are too many.',
    ),
  trust: z
    .array(z.strictObject({ text: z.string(), tone: z.enum(['good', 'neutral', 'bad']) }))
    .describe('How far it can be trusted, part by part: trials that count, deliveries accounted for, where it was measured, self-test.'),
})

export type Answer = z.output<typeof answerSchema>
export type AnswerLine = Answer['lines'][number]
