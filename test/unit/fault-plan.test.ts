import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { beginsFreshLog, faultHeadline, faultKinds, faultPlan, plannedEndMs, type PlannedFault } from '../../src/core/fault-plan.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { faultPlanIssues } from '../../src/scenario/fault-plan-issues.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const phases = { warmUpMs: 0, measuredMs: 10_000 }

const published: Scenario['traffic'] = {
  pattern: 'broadcast',
  sender: 'publisher',
  arrivals: 'poisson',
  messagesPerSecondPerChannel: 1,
  messageBytes: 64,
}

function textsOf(faults: PlannedFault[], { clientCount = 100, traffic = published } = {}): string[] {
  return faultPlanIssues({ clientCount, phases, traffic, faults }).map(({ path, text }) => `${path.join('.')}: ${text}`)
}

suite('fault plan', () => {
  test('has seven kinds, and each says when it is over', () => {
    const plan: PlannedFault[] = [
      { kind: 'server-kill', atMs: 1_000, downMs: 500 },
      { kind: 'server-restart', atMs: 1_000, downMs: 600 },
      { kind: 'freeze', atMs: 1_000, durationMs: 700 },
      { kind: 'cut', atMs: 1_000, ratio: 0.5 },
      { kind: 'refuse', atMs: 1_000, durationMs: 800 },
      { kind: 'slow-readers', atMs: 1_000, ratio: 0.5, durationMs: 900 },
      { kind: 'half-open', atMs: 1_000, ratio: 0.5 },
    ]
    assert.deepEqual(
      plan.map(({ kind }) => kind),
      faultKinds,
    )
    assert.deepEqual(plan.map(plannedEndMs), [1_500, 1_600, 1_700, 1_000, 1_800, 1_900, 1_000])
    assert.ok(faultPlan.safeParse(plan).success)
  })

  test('a new server has the log of the one before, or a fresh one, which the headline names', () => {
    const kill = { kind: 'server-kill', atMs: 3_000, downMs: 500 } as const
    const plan = faultPlan.parse([kill, { ...kill, kind: 'server-restart', log: 'fresh' }, { ...kill, log: 'kept' }])
    assert.deepEqual(plan.map(beginsFreshLog), [false, true, false])
    assert.equal(
      faultHeadline(plan, { duration: (ms) => `${ms} ms` }),
      'server-kill at 3000 ms, server-restart at 3000 ms with a fresh log, server-kill at 3000 ms',
    )
    assert.equal(faultPlan.safeParse([{ ...kill, log: 'half' }]).success, false)
    assert.equal(faultPlan.safeParse([{ kind: 'freeze', atMs: 0, durationMs: 100, log: 'fresh' }]).success, false)
  })

  test('a key of another kind is refused', () => {
    assert.equal(faultPlan.safeParse([{ kind: 'cut', atMs: 0, ratio: 0.5, durationMs: 100 }]).success, false)
    assert.equal(faultPlan.safeParse([{ kind: 'server-kill', atMs: 0 }]).success, false)
    assert.equal(faultPlan.safeParse([{ kind: 'cut', atMs: 0, ratio: 0 }]).success, false)
    assert.equal(faultPlan.safeParse([]).success, false)
  })

  test('must end inside the measured window', () => {
    assert.deepEqual(textsOf([{ kind: 'freeze', atMs: 9_000, durationMs: 999 }]), [])
    assert.deepEqual(textsOf([{ kind: 'freeze', atMs: 9_000, durationMs: 1_000 }]), [
      'faults.0.atMs: must end inside the measured window (phases.measuredMs is 10000), ends at 10000 ms. Start it earlier, shorten it, or measure longer.',
    ])
    assert.match(textsOf([{ kind: 'cut', atMs: 10_000, ratio: 1 }])[0]!, /ends at 10000 ms/)
  })

  test('faults of the server come one after the other, cuts go with cuts and refusals, readers with all but slow readers', () => {
    const kill: PlannedFault = { kind: 'server-kill', atMs: 1_000, downMs: 1_000 }
    const refuse: PlannedFault = { kind: 'refuse', atMs: 1_500, durationMs: 1_000 }
    const cut: PlannedFault = { kind: 'cut', atMs: 1_600, ratio: 0.5 }
    const slow: PlannedFault = { kind: 'slow-readers', atMs: 1_000, ratio: 0.5, durationMs: 2_000 }
    const halfOpen: PlannedFault = { kind: 'half-open', atMs: 1_200, ratio: 0.5 }
    assert.match(
      textsOf([kill, refuse])[0]!,
      /^faults\.1\.atMs: overlaps with faults\[0\] \(server-kill, 1000 to 2000 ms\).*Move one of them\.$/,
    )
    assert.match(textsOf([kill, cut])[0]!, /faults\[0\]/)
    assert.deepEqual(textsOf([refuse, cut, cut]), [])
    assert.deepEqual(textsOf([kill, slow, halfOpen]), [])
    assert.equal(textsOf([slow, slow]).length, 1)
    assert.deepEqual(textsOf([kill, { ...refuse, atMs: 2_001 }]), [])
  })

  test('a server that clients send to cannot be replaced', () => {
    const traffic: Scenario['traffic'] = { ...published, sender: 'clients' }
    assert.match(
      textsOf([{ kind: 'server-kill', atMs: 0, downMs: 100 }], { traffic })[0]!,
      /^faults\.0\.kind: cannot be "server-kill" where traffic\.sender is "clients".*Use "freeze", "refuse" or "cut"\.$/,
    )
    assert.deepEqual(textsOf([{ kind: 'freeze', atMs: 0, durationMs: 100 }], { traffic }), [])
  })

  test('readers of jobs cannot be chosen', () => {
    const traffic: Scenario['traffic'] = { ...published, pattern: 'jobs' }
    for (const fault of [
      { kind: 'slow-readers', atMs: 0, ratio: 0.5, durationMs: 100 },
      { kind: 'half-open', atMs: 0, ratio: 0.5 },
    ] as const)
      assert.match(
        textsOf([fault], { traffic })[0]!,
        new RegExp(`^faults\\.0\\.kind: cannot be "${fault.kind}" where traffic\\.pattern is "jobs"`),
      )
    assert.deepEqual(textsOf([{ kind: 'cut', atMs: 0, ratio: 0.5 }], { traffic }), [])
  })

  test('a share that rounds to no client is refused with the smallest that does', () => {
    assert.deepEqual(textsOf([{ kind: 'cut', atMs: 0, ratio: 0.004 }]), [
      'faults.0.ratio: reaches none of 100 clients, got 0.004. Use at least 0.01, or more clients.',
    ])
  })

  test('all issues of a file are reported at once, each with its place and what is allowed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fault-plan-'))
    const file = join(folder, 'plan.json')
    const scenario = {
      title: 't',
      question: 'q',
      clientCount: 10,
      traffic: { pattern: 'broadcast', messagesPerSecondPerChannel: 100 },
      contenders: [{ transport: 'sse', backoffJitter: 'half' }],
      faults: [
        { kind: 'server-kill', atMs: 0, downMs: 5 },
        { kind: 'freeze', atMs: -1, durationMs: 500 },
        { kind: 'meteor', atMs: 0 },
      ],
      network: { delayMs: 20, jitter: 5 },
    }
    writeFileSync(file, JSON.stringify(scenario))
    try {
      assert.throws(
        () => loadScenario(file),
        (fault: Error) => {
          for (const place of ['faults[0].downMs', 'faults[1].atMs', 'faults[2].kind', 'network.jitter', 'contenders[0].backoffJitter'])
            assert.ok(fault.message.includes(place), `${place} is not in ${fault.message}`)
          assert.match(fault.message, /network\.jitter: unknown key.*jitterMs/)
          return true
        },
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
