import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ResultDocument } from '../../src/core/result.ts'
import { bench } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'
import { recheck, skipOracle } from '../helpers/oracle.ts'

const out = mkdtempSync(join(tmpdir(), 'oracle-'))
after(() => rmSync(out, { recursive: true }))

describe('a program of its own, in Python, on a real run', { skip: skipOracle }, () => {
  let folder = ''
  let resultFile = ''
  let text = ''

  before(async () => {
    const load = [
      '--clients',
      '20',
      '--rate',
      '50',
      '--warmup',
      '300ms',
      '--measured',
      '1s',
      '--blocks',
      '2',
      '--transports',
      'short-poll,sse',
    ]
    assertRan(await bench(['smoke', ...load, '--charts', 'off', '--retries', '0', '--out', out]), out)
    folder = join(out, 'smoke', readdirSync(join(out, 'smoke'))[0]!)
    resultFile = join(folder, 'result.json')
    text = readFileSync(resultFile, 'utf8')
  })

  /** What the oracle says to a result in which one thing was changed. */
  function afterChange(change: (document: ResultDocument) => void): { code: number | null; text: string } {
    const document = JSON.parse(text) as ResultDocument
    change(document)
    writeFileSync(resultFile, JSON.stringify(document))
    try {
      return recheck(folder)
    } finally {
      writeFileSync(resultFile, text)
    }
  }

  it('comes to the same figures, to the last digit', () => {
    const { code, text: said } = recheck(folder)
    assert.equal(code, 0, said)
    const [, figures, trials] = /^(\d+) figures of (\d+) trials compared, 0 differ/u.exec(said) ?? []
    assert.equal(trials, '4', said)
    assert.ok(Number(figures) > 500, said)
  })

  it('finds a quantile that is off by 1 µs', () => {
    const found = afterChange(({ trials }) => {
      trials[0]!.deliveryLatencyUs.p50! += 1
    })
    assert.equal(found.code, 1)
    assert.match(found.text, /block 1, .*: deliveryLatencyUs\.p50: the result says/u)
  })

  it('finds a lost delivery that is reported as delivered', () => {
    const found = afterChange(({ trials }) => {
      trials[1]!.ledger.deliveredCount -= 1
      trials[1]!.ledger.lostCount += 1
      trials[1]!.ledger.censoredCount += 1
    })
    assert.equal(found.code, 1)
    assert.match(found.text, /ledger\.lostCount: the result says 1, computed again it is 0/u)
  })

  it('finds a request that is missing in the identity', () => {
    const found = afterChange(({ trials }) => {
      const { requests } = trials.find(({ transport }) => transport === 'short-poll')!
      requests.completedCount -= 1
    })
    assert.equal(found.code, 1)
    assert.match(found.text, /sent = completed \+ failed \+ timed out \+ in flight/u)
  })

  it('finds a verdict that the blocks do not give', () => {
    const found = afterChange(({ comparison }) => {
      const pair = comparison.metrics.flatMap(({ pairs }) => pairs).find(({ verdict }) => verdict === 'undecided')!
      pair.verdict = 'better'
      pair.better = pair.a
    })
    assert.equal(found.code, 1)
    assert.match(found.text, /: verdict: the result says 'better', computed again it is 'undecided'/u)
  })

  it('finds a delivery that was changed after the run', () => {
    const file = join(folder, (JSON.parse(text) as ResultDocument).trials[0]!.deliveries!.file)
    const bytes = readFileSync(file)
    const changed = Buffer.from(bytes)
    changed[8]! ^= 1
    writeFileSync(file, changed)
    const found = recheck(folder)
    writeFileSync(file, bytes)
    assert.equal(found.code, 1)
    assert.match(found.text, /SHA-256 of deliveries-01/u)
  })
})
