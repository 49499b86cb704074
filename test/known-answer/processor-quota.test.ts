import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { resultSchema } from '../../src/core/result.ts'
import { causeOf } from '../../src/metrics/validity.ts'
import { mainFile, startProgram } from '../helpers/bench-process.ts'
import { quotaGroup } from '../helpers/quota-group.ts'

const cpuCount = 0.3
const out = mkdtempSync(join(tmpdir(), 'quota-'))
const group = quotaGroup(cpuCount)
after(() => {
  if ('remove' in group) group.remove()
  rmSync(out, { recursive: true })
})

// A third of a processor for all processes together, and more to do than that.
test(
  'a trial that its CPU quota throttles names the quota, and a run says before it starts that it is too small',
  {
    skip: 'reason' in group ? group.reason : false,
  },
  async () => {
    assert.ok('command' in group)
    const load = ['--clients', '200', '--rate', '50', '--warmup', '0', '--measured', '1s', '--transports', 'sse']
    const [program, words] = group.command([
      process.execPath,
      mainFile,
      'smoke',
      ...load,
      '--charts',
      'off',
      '--retries',
      '0',
      '--json',
      '--out',
      out,
    ])
    const { code, stdout, stderr } = await startProgram(program, words).ended
    assert.ok(code === 0 || code === 5, `exit ${code}: ${stderr}`)
    const stalledCount = Number(/^nr_throttled (\d+)/m.exec(readFileSync(join(group.folder, 'cpu.stat'), 'utf8'))?.[1])
    assert.ok(stalledCount > 0, 'the quota was never used up')
    const document = resultSchema.parse(JSON.parse(stdout))
    assert.equal(document.environment['cpuQuotaCount'], cpuCount)
    assert.match(
      document.warnings.find(({ code: named }) => named === 'WARN_PROCESSOR_QUOTA')?.message ?? '',
      / is 0\.3 CPUs, but a trial needs 2: /,
    )
    const stalled = document.trials.filter(({ machine }) => (machine.quota?.stalledPeriodCount ?? 0) > 0)
    assert.ok(stalled.length > 0, 'no window was hit')
    for (const trial of stalled) {
      const { reasons, status } = trial.validity
      assert.notEqual(status, 'valid')
      assert.match(
        reasons.find(({ gate }) => gate === 'processor-quota')?.message ?? '',
        /^the CPU quota of the control group \(0\.3 CPUs\) was used up in \d+ of \d+ periods/,
      )
      assert.ok(!reasons.some(({ gate }) => gate === 'hiccup' || gate === 'saturated'), JSON.stringify(reasons))
      assert.equal(causeOf(trial), 'machine')
    }
  },
)
