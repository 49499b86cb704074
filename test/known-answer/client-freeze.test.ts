import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import type { StopWindow } from '../../src/calibrate/oracle.ts'
import { stopProcess } from '../../src/calibrate/stopped-process.ts'
import { pidOf } from '../../src/machine/member.ts'

const freezeMs = 500

// K09: what the generator suffers is the generator's, and makes the trial invalid.
test('a client host frozen for 500 ms makes the trial invalid by its stall, and the server is not blamed', async () => {
  let hostPid = 0
  let freeze: Promise<StopWindow> | undefined
  const { trial } = await runKnownTrial({
    transport: 'sse',
    clientCount: 20,
    traffic: { messagesPerSecondPerChannel: 50 },
    measuredMs: 3_000,
    onNotice: (notice) => {
      if (notice.kind === 'members') hostPid = pidOf(notice.members, 'client-host')
      if (notice.kind === 'window') freeze = stopProcess(hostPid, notice.fromAtUs + 1_000_000, freezeMs)
    },
  })
  const { stoppedAtUs, resumedAtUs } = await freeze!
  const frozenMs = (resumedAtUs - stoppedAtUs) / 1_000
  const finding = trial.validity.reasons.find(({ gate }) => gate === 'generator-stall')
  assert.equal(finding?.status, 'invalid')
  const stallMs = trial.generator.find(({ role }) => role === 'client-host')!.loop.stallMaxUs! / 1_000
  // A tick of 10 ms may be hidden, and what a process takes to go on is added: an eighth of the freeze.
  assert.ok(stallMs >= frozenMs - 10 && stallMs <= frozenMs * 1.125, `a stall of ${stallMs} ms for a freeze of ${frozenMs} ms`)
  assert.match(finding.message, new RegExp(`^client host 1 stalled for ${stallMs.toFixed(1).replace('.', '\\.')} ms`))
  assert.ok(trial.server.loop.stallMaxUs! < (frozenMs * 1_000) / 2, `the server stalled for ${trial.server.loop.stallMaxUs} µs`)
  assert.equal(trial.ledger.lostCount, 0)
})
