import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { suite, test } from 'node:test'
import { HarnessError } from '../../src/core/errors.ts'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { pidOf, type MemberId } from '../../src/machine/member.ts'

suite('a process that dies in the measured window ends the trial then, with its name, and leaves no process', () => {
  for (const [role, name] of [
    ['server', 'sse server'],
    ['publisher', 'publisher'],
    ['client-host', 'client host 0'],
  ] as const)
    test(role, async () => {
      let members: MemberId[] = []
      const phases: string[] = []
      await assert.rejects(
        runKnownTrial({
          transport: 'sse',
          clientCount: 20,
          traffic: { messagesPerSecondPerChannel: 50 },
          // Longer than the time limit of a test file: nobody waits for its end.
          measuredMs: 600_000,
          onNotice: (notice) => {
            if (notice.kind === 'members') members = notice.members
            if (notice.kind !== 'phase') return
            phases.push(notice.name)
            if (notice.name === 'measure') process.kill(pidOf(members, role), 'SIGKILL')
          },
        }),
        (fault) =>
          fault instanceof HarnessError &&
          fault.code === 'ERR_CHILD_DIED' &&
          new RegExp(`${name} \\(pid \\d+\\) was ended by SIGKILL`).test(fault.message),
      )
      assert.equal(members.length, 3)
      assert.equal(phases.at(-1), 'measure')
      assert.deepEqual(
        members.filter(({ pid }) => existsSync(`/proc/${pid}/task`)),
        [],
      )
    })
})
