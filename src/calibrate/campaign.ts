import { withTemporaryFolder } from '../core/files.ts'
import type { ResultDocument } from '../core/result.ts'
import { defaultBehaviour, type Scenario } from '../core/scenario.ts'
import { contenderOf } from '../core/transports/registry.ts'
import type { RunRequest } from '../run/run-events.ts'
import { runScenario } from '../run/run.ts'

export interface CampaignOptions extends Pick<Scenario, 'clientCount' | 'blockCount' | 'matters'>, Pick<RunRequest, 'specOf'> {
  transport: string
  labels: readonly string[]
  messagesPerSecond: number
  measuredMs: number
  say(text: string): void
}

const warmUpMs = 500
const seed = 7

/** Runs one transport under several labels as a scenario of its own, through the real runner and the real comparison. */
export async function runCampaign(options: CampaignOptions): Promise<ResultDocument> {
  const { transport, labels, clientCount, messagesPerSecond, measuredMs, blockCount, matters, specOf, say } = options
  const scenario: Scenario = {
    title: 'Calibration',
    question: 'Does the harness report a difference where there is one, and only there?',
    clientCount,
    traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: messagesPerSecond, messageBytes: 64 },
    contenders: labels.map((label) => contenderOf(transport, { label })),
    phases: { warmUpMs, measuredMs },
    blockCount,
    seed,
    ...defaultBehaviour,
    matters,
    limits: {},
  }
  return withTemporaryFolder('campaign-', (resultDir) =>
    runScenario(
      {
        name: 'calibration',
        scenario,
        sources: {},
        warnings: [],
        resultDir,
        calibrationDir: resultDir,
        namespace: 'auto',
        force: false,
        command: 'calibrate',
        signal: new AbortController().signal,
        ...(specOf === undefined ? {} : { specOf }),
      },
      (event) => {
        if (event.kind === 'trial-started' && event.position === 0) say(`block ${event.block + 1} of ${blockCount}`)
      },
    ),
  )
}
