import { answerOf } from '../src/answer/answer.ts'
import type { Answer } from '../src/core/answer.ts'
import type { Block, Report } from '../src/report/blocks.ts'
import { microReport } from '../src/report/micro-blocks.ts'
import { runComment } from '../src/report/run-blocks.ts'
import { studyComment } from '../src/report/study/study-blocks.ts'
import type { KeptResult } from './kept-results.ts'

/** The answer of a kept result to the question of its scenario; undefined where its kind has none. */
export function keptAnswer(kept: KeptResult): Answer | undefined {
  return kept.kind === 'run' ? answerOf(kept.document) : undefined
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
