import { answerFor } from '../src/answer/answer.ts'
import { microAnswerOf } from '../src/answer/micro-answer.ts'
import { studyAnswerFor } from '../src/answer/study-answer.ts'
import type { Block, Report } from '../src/report/blocks.ts'
import { microReport } from '../src/report/micro-blocks.ts'
import { runComment } from '../src/report/run-blocks.ts'
import { studyComment } from '../src/report/study/study-blocks.ts'
import type { KeptResult } from './kept-results.ts'

/** The answer of a kept result to the question of its scenario, in one sentence. */
export function keptSentence(kept: KeptResult): string {
  switch (kept.kind) {
    case 'run':
      return answerFor(kept.document).recommendation
    case 'study':
      return studyAnswerFor(kept.document).recommendation
    case 'micro-benchmark':
      return microAnswerOf(kept.document).recommendation
  }
}

/** What a comment on a pull request would say unfolded: the answer and its table. */
export function keptBlocks(kept: KeptResult): Block[] {
  return shortReport(kept).blocks.flatMap((block) => (block.kind === 'fold' ? [] : block.kind === 'section' ? block.blocks : [block]))
}

function shortReport(kept: KeptResult): Report {
  switch (kept.kind) {
    case 'run':
      return runComment(kept.document)
    case 'study':
      return studyComment(kept.document)
    case 'micro-benchmark':
      return microReport(kept.document)
  }
}
