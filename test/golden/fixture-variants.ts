import type { ResultDocument, TrialResult } from '../../src/core/result.ts'
import { noDeliveryDistribution } from '../../src/metrics/message-intervals.ts'
import { noDistribution } from '../../src/metrics/quantiles.ts'
import { fourContenders, madeUpDocument } from './fixture-document.ts'
import { madeUpFaults } from './fixture-faults.ts'

const offLinux = 'not readable on this platform'

function withoutNumbers(trial: TrialResult): TrialResult {
  const nothing = noDistribution(offLinux)
  const { memory } = trial.server
  const point = {
    rssBytes: null,
    pssBytes: null,
    heapUsedBytes: null,
    externalBytes: null,
    reasons: { rssBytes: offLinux, pssBytes: offLinux, heapUsedBytes: offLinux, externalBytes: offLinux },
  }
  const reasons = { perClientBytes: offLinux, kernelPerClientBytes: offLinux, rssPerClientBytes: offLinux, peakRssBytes: offLinux }
  const descriptors = { baselineCount: offLinux, idleCount: offLinux, peakCount: offLinux, afterCount: offLinux, perClient: offLinux }
  return {
    ...trial,
    deliveryLatencyUs: noDeliveryDistribution(offLinux),
    serviceLatencyUs: nothing,
    publisherLagUs: nothing,
    requests: { ...trial.requests, perDelivery: null, emptyRatio: null, reasons: { perDelivery: offLinux, emptyRatio: offLinux } },
    connections: { ...trial.connections, timeToSubscribedUs: nothing },
    bytes: {
      ...trial.bytes,
      applicationPerDeliveryBytes: null,
      wireBytes: null,
      wirePerDeliveryBytes: null,
      reasons: { applicationPerDeliveryBytes: offLinux, wireBytes: offLinux, wirePerDeliveryBytes: offLinux },
    },
    server: {
      ...trial.server,
      memory: {
        ...memory,
        perClientBytes: null,
        kernelPerClientBytes: null,
        rssPerClientBytes: null,
        peakRssBytes: null,
        baseline: point,
        idle: point,
        after: point,
        reasons,
      },
      descriptors: { baselineCount: null, idleCount: null, peakCount: null, afterCount: null, perClient: null, reasons: descriptors },
      processor: {
        cpuMsPerSecond: null,
        cpuUsPerDelivery: null,
        involuntarySwitchCount: null,
        reasons: { cpuMsPerSecond: offLinux, cpuUsPerDelivery: offLinux, involuntarySwitchCount: offLinux },
      },
    },
    machine: {
      hiccups: null,
      competingServerCpuRatio: null,
      competingGeneratorCpuRatio: null,
      stealRatio: null,
      reasons: { hiccups: offLinux, competingServerCpuRatio: offLinux, competingGeneratorCpuRatio: offLinux, stealRatio: offLinux },
    },
    ramp: trial.ramp.map((step) => ({
      ...step,
      memory: point,
      kernelBytes: null,
      descriptorCount: null,
      reasons: { kernelBytes: offLinux, descriptorCount: offLinux },
    })),
    timeline: trial.timeline.map((slice) => ({
      ...slice,
      p50Us: null,
      maxUs: null,
      serverCpuMsPerSecond: null,
      reasons: { p50Us: offLinux, maxUs: offLinux, serverCpuMsPerSecond: offLinux },
    })),
  }
}

/** Names that break careless reports. */
export const hostileNames = [
  'quote " and \' and `tick`',
  'new\nline | pipe',
  '长轮询 🚀',
  'lone \ud800 surrogate',
  '</script><script>alert(1)</script>',
  '<b>&amp;</b>',
  '\u001b[31mred',
  'a'.repeat(60),
]

function named(labels: readonly string[]): { label: string; transport: string }[] {
  return labels.map((label, at) => ({ label, transport: fourContenders[at % fourContenders.length]!.transport }))
}

/** One contender measures 0, one something tiny, one nothing, one something plain: they must look different. */
export function zeroTinyMissing(): ResultDocument {
  const cpu: Record<string, number | null> = { 'short-poll': 0, 'long-poll': 0.004, sse: null, websocket: 27 }
  return madeUpDocument({
    change: (trial) => {
      const cpuMsPerSecond = cpu[trial.contender]!
      const reasons = {
        cpuUsPerDelivery: 'too little traffic: below 2000 deliveries/s most CPU goes into taking messages in',
        ...(cpuMsPerSecond === null ? { cpuMsPerSecond: '/proc was not readable' } : {}),
      }
      return { ...trial, server: { ...trial.server, processor: { ...trial.server.processor, cpuMsPerSecond, reasons } } }
    },
  })
}

/** Documents off the plain road, by name. */
export const variants: Readonly<Record<string, () => ResultDocument>> = {
  plain: () => madeUpDocument(),
  'all-null': () => madeUpDocument({ change: withoutNumbers }),
  'zero-deliveries': () =>
    madeUpDocument({
      ask: () => ({ deliveryCount: 0, status: 'unknown' }),
      change: (trial) => ({ ...trial, deliveryLatencyUs: noDeliveryDistribution('no sample') }),
    }),
  'one-contender': () => madeUpDocument({ labels: fourContenders.slice(2, 3), blockCount: 1 }),
  'two-contenders': () => madeUpDocument({ labels: fourContenders.slice(2), blockCount: 8 }),
  'eight-contenders': () =>
    madeUpDocument({
      labels: named([
        'short-poll, poll interval 2 s',
        'long-poll, hold 25 s',
        'sse',
        'websocket',
        'short-poll, poll interval 500 ms',
        'long-poll, hold 55 s',
        'sse, compression',
        'websocket, per message deflate',
      ]),
    }),
  'twenty-contenders': () =>
    madeUpDocument({
      labels: named(Array.from({ length: 20 }, (_, at) => `${fourContenders[at % 4]!.label}, variant ${at + 1}`)),
      blockCount: 2,
    }),
  'hostile-names': () =>
    madeUpDocument({
      labels: named(hostileNames),
      patch: (document) => ({
        ...document,
        scenario: { ...document.scenario, resolved: { ...document.scenario.resolved, title: hostileNames[4], question: hostileNames[2] } },
      }),
    }),
  'invalid-trial': () =>
    madeUpDocument({
      ask: ({ label, block }) =>
        label === 'long-poll' && block === 1 ? { status: 'invalid' } : label === 'sse' && block === 2 ? { status: 'tainted' } : {},
      patch: (document) => ({
        ...document,
        warnings: [
          {
            code: 'WARN_TRIAL_INVALID',
            message: 'long-poll, block 1: the trial is invalid and counts nowhere. Free the machine and run again.',
          },
        ],
      }),
    }),
  censored: () =>
    madeUpDocument({
      limits: { lostCount: 0, deliveryLatencyP99Ms: 2_500 },
      ask: ({ label }) => (label === 'sse' ? { lostRatio: 0.031 } : {}),
    }),
  interrupted: () =>
    madeUpDocument({
      trialCount: 7,
      failedTrials: [
        { contender: 'websocket', block: 1, position: 3, message: 'ERR_CHILD_DIED: the server (pid 4121) ended with signal SIGKILL.' },
      ],
      patch: (document) => ({
        ...document,
        interrupted: true,
        calibration: { ...document.calibration, control: null, reasons: { control: 'interrupted before it ran' } },
        warnings: [{ code: 'WARN_INTERRUPTED', message: 'stopped by SIGINT after 7 of 12 trials.' }],
      }),
    }),
  faults: () =>
    madeUpDocument({
      blockCount: 2,
      ask: ({ label, block }) =>
        label === 'websocket' ? { status: 'invalid' } : label === 'sse' && block === 1 ? { status: 'tainted' } : {},
      change: (trial) => madeUpFaults(trial),
    }),
  'zero-tiny-missing': zeroTinyMissing,
}
