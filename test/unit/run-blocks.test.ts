import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { figuresIn, type Block } from '../../src/report/blocks.ts'
import { chartBlocks } from '../../src/report/chart-blocks.ts'
import type { BarPanel, Figure } from '../../src/report/charts/figure.ts'
import { figuresOf } from '../../src/report/charts/figures.ts'
import { htmlReport, studyHtml } from '../../src/report/html.ts'
import { markdownReport } from '../../src/report/markdown.ts'
import { runComment, runReport } from '../../src/report/run-blocks.ts'
import { studyReport } from '../../src/report/study/study-blocks.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { madeUpSearch, madeUpSweep } from '../golden/fixture-study.ts'
import { variants } from '../golden/fixture-variants.ts'

const kinds = (blocks: readonly Block[]): string[] => blocks.map((block) => ('title' in block ? block.title : block.kind))

describe('the report of a run', () => {
  it('has the answer and its table first, then charts and calculator, and folds the rest', () => {
    const { blocks } = runReport(madeUpDocument())
    assert.deepEqual(kinds(blocks), [
      'answer',
      'Trade-off',
      'contents',
      'Charts',
      'calculator',
      'All figures with intervals',
      'Verdicts on every pair',
      'Trials and validity',
      'Environment and settings',
      'How to read this',
    ])
    assert.deepEqual([...new Set(blocks.slice(5).map(({ kind }) => kind))], ['fold'])
  })

  it('says before the answer that it was not finished', () => {
    assert.equal(kinds(runReport(variants['interrupted']!()).blocks)[0], 'Not finished')
  })

  it('has every figure once, wherever it stands', () => {
    const document = variants['faults']!()
    const ids = (figures: readonly Figure[]) => figures.map(({ id }) => id).toSorted()
    assert.deepEqual(ids(figuresIn(runReport(document).blocks)), ids(figuresOf(document)))
  })

  it('shows no second opinion, no hearsay, and no number of a check in its head', async () => {
    const document = madeUpDocument({ blockCount: 8 })
    for (const text of [await htmlReport(document), markdownReport(document)]) {
      assert.doesNotMatch(text, /Hodges|sign-flip|Best for AI/)
      assert.doesNotMatch(text.slice(0, text.search(/Trade-off<\/h2>|## Trade-off/u)).replace(/<style>.*<\/style>/su, ''), /\bK\d\d\b|A\/A/)
    }
  })

  it('names in a comment the trials that are not valid, and no chart', () => {
    const { blocks } = runComment(variants['invalid-trial']!())
    assert.ok(kinds(blocks).includes('Trials that are not valid'))
    assert.deepEqual(figuresIn(blocks), [])
  })
})

describe('the report of a study', () => {
  it('differs from that of a run in its blocks alone', async () => {
    const sweep = kinds(studyReport(madeUpSweep()).blocks)
    const search = kinds(studyReport(madeUpSearch()).blocks)
    for (const shared of ['Charts', 'calculator', 'Points and validity', 'Environment and settings', 'How to read this'])
      assert.ok(sweep.includes(shared) && search.includes(shared), shared)
    assert.ok(sweep.includes('Break-even points') && sweep.includes('All figures along the axis'))
    assert.ok(search.includes('Every step of the search'))
    assert.match(await studyHtml(madeUpSweep()), /<details id="break-even">/)
  })
})

describe('charts of a page', () => {
  const panel: BarPanel = { kind: 'bars', title: '', hint: '', unit: '', xScale: 'linear', bars: [] }
  const figure = (id: string, panelCount: number): Figure => ({
    id,
    title: id,
    caption: { see: '', read: '' },
    notes: [],
    without: [],
    columns: 1,
    panels: Array.from({ length: panelCount }, () => panel),
  })
  const shown = (...figures: Figure[]): (string[] | string)[] => {
    const [part] = chartBlocks(figures)
    return part?.kind === 'section'
      ? part.blocks.map((block) => (block.kind === 'fold' ? block.title : figuresIn([block]).map(({ id }) => id)))
      : []
  }

  it('are those that four screens have room for, and the others folded', () => {
    assert.deepEqual(shown(figure('a', 1), figure('b', 1)), [['a', 'b']])
    assert.deepEqual(shown(figure('a', 1), figure('long', 12), figure('b', 1)), [['a', 'b'], '1 more chart'])
    assert.deepEqual(shown(figure('long', 12), figure('longer', 20)), ['2 more charts'])
    assert.deepEqual(shown(), [])
  })
})
