import type { ResultDocument, SummaryRow } from '../../core/result.ts'
import type { StudyDocument } from '../../core/study-result.ts'
import { formatList } from '../../text/format.ts'

/** A document with the name that reports call it by: its path, or "this run". */
export interface Evidence<Document> {
  file: string
  document: Document
}

/** What claims are judged by. None is required. */
export interface ClaimEvidence {
  results: readonly Evidence<ResultDocument>[]
  studies: readonly Evidence<StudyDocument>[]
}

/** What one piece of evidence says of a claim. `topic` is what it was judged by: a metric and another transport, or a workload. */
export interface Statement {
  outcome: 'agrees' | 'contradicts' | 'depends' | 'open'
  topic: string
  text: string
  file: string
}

/** What all statements on a claim come to. */
export interface ClaimVerdict {
  verdict: 'confirmed' | 'refuted' | 'depends' | 'undecided' | 'not measured'
  /** In one sentence, without the verdict itself. */
  why: string
  statements: readonly Statement[]
}

/**
 * The verdict over statements. Confirmed: some agree and none contradicts. Refuted: the other way round. Depends: both, or
 * one that says itself on what. Undecided: nothing but open ones. Not measured: none at all.
 */
export function verdictOver(statements: readonly Statement[], nothing: string): ClaimVerdict {
  const of = (outcome: Statement['outcome']) => statements.filter((statement) => statement.outcome === outcome)
  const [agrees, contradicts, depends, open] = [of('agrees'), of('contradicts'), of('depends'), of('open')]
  const openText = open.length === 0 ? '' : `; no reliable difference in ${topics(open)}`
  const yes = agrees.length === 0 ? '' : `holds in ${topics(agrees)}`
  const no = contradicts.length === 0 ? '' : `does not hold in ${topics(contradicts)}`
  if (statements.length === 0) return { verdict: 'not measured', why: nothing, statements }
  if (depends.length > 0 || (yes !== '' && no !== ''))
    return {
      verdict: 'depends',
      why: [yes, no, ...new Set(depends.map(({ text }) => text))].filter(Boolean).join('; ') + openText,
      statements,
    }
  if (no !== '') return { verdict: 'refuted', why: no + openText, statements }
  if (yes !== '') return { verdict: 'confirmed', why: yes + openText, statements }
  return { verdict: 'undecided', why: `no reliable difference in ${topics(open)}`, statements }
}

/** What was compared with whom, each once, with the number of results where there are several. */
function topics(statements: readonly Statement[]): string {
  const against = new Map<string, Map<string, number>>()
  for (const { topic } of statements) {
    const [what = '', whom = ''] = topic.split(' against ')
    const counts = against.get(what) ?? new Map<string, number>()
    against.set(what, counts.set(whom, (counts.get(whom) ?? 0) + 1))
  }
  return [...against]
    .map(([what, counts]) => {
      const several = (count: number): string => (count === 1 ? '' : ` (${count} results)`)
      const whom = [...counts].map(([name, count]) => `${name}${several(count)}`)
      return counts.has('') ? `${what}${several(counts.get('')!)}` : `${what} against ${formatList(whom)}`
    })
    .join('; ')
}

/** The contender that stands for a transport in a document: the first of its kind. */
export function rowOfTransport(document: ResultDocument, transport: string): SummaryRow | undefined {
  return document.summary.find((row) => row.transport === transport)
}
