import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { bench, mainFile, quickRun, refusalOf } from '../helpers/bench-process.ts'
import { assertRan, resultsIn } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'node-options-'))
after(() => rmSync(folder, { recursive: true }))

/** A module as agents are: it notes each process that loads it, by its main file. */
function agent(name: string): { file: string; loadedBy: () => string[] } {
  const file = join(folder, `${name}.cjs`)
  const log = join(folder, `${name}.log`)
  writeFileSync(file, `require('node:fs').appendFileSync(${JSON.stringify(log)}, process.argv[1] + '\\n')\n`)
  return { file, loadedBy: () => readFileSync(log, 'utf8').trim().split('\n') }
}

describe('options of Node', () => {
  it('that are set around the command reach no process of a trial; those that are given reach server and client hosts', async () => {
    const around = agent('around')
    const given = agent('given')
    const out = join(folder, 'out')
    const options = `--require ${given.file} --max-old-space-size=4096`
    const env = { NODE_OPTIONS: `--require ${around.file}`, NODE_DEBUG: 'nothing-at-all', HOME: '' }
    const ended = await bench([...quickRun(out), '--node-options', options], { env })
    assertRan(ended, out)

    assert.deepEqual(around.loadedBy(), [mainFile])
    const told = ended.stderr.split('\n').filter((line) => line.includes('NODE_OPTIONS'))
    assert.deepEqual(told, [
      'NODE_DEBUG, NODE_OPTIONS: set in the environment, and not passed on to the processes that this command starts. "bench run --node-options" passes options to servers and client hosts.',
    ])
    const { environment } = resultsIn(out)[0]!
    assert.equal(environment['leftOut'], 'NODE_DEBUG, NODE_OPTIONS')
    assert.equal(environment['nodeFlags'], options)

    // The first start is the check of the options, which has no main file.
    const loaded = given.loadedBy().filter((main) => main !== 'undefined')
    const roles = loaded.map((main) => main.split('/').slice(-2).join('/'))
    assert.deepEqual([...new Set(roles)].toSorted(), ['clients/host.js', 'servers/host.js'])
    assert.ok(!loaded.map((main) => basename(main)).includes('publisher.js'))
  })

  it('that Node does not take are refused before anything starts', async () => {
    const stderr = await refusalOf(['smoke', '--node-options', '--no-such-option', '--out', join(folder, 'refused')])
    assert.match(stderr, /^ERR_USAGE: --node-options: Node cannot start with "--no-such-option": .*not allowed/)
  })
})
