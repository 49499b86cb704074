import { seededRandom } from '../../core/random.ts'
import { msPerSecond } from '../../core/units.ts'
import { steadyState } from '../../metrics/steady-state.ts'
import { atLeast, counted, within, type Check } from '../check.ts'

const slicesPerSecond = 4
const warmUpMs = 2_000
const noise = 0.1
const runCount = 50
const stepAtSeconds = 8
const stepAllowanceSeconds = 2
const flatAllowanceSeconds = 1
/** A detector of chance has false alarms: 2 % are allowed, as its own tests do. */
const flatShare = 0.98

/** K25. */
export const steadyStates: Check = {
  answers: [
    {
      id: 'K25',
      title: 'The end of the warm-up is detected',
      known:
        'a server that is twice as fast from 8 s on is steady from there; a sawtooth has no steady state; a flat series is steady from the start',
      tolerance: '8 ± 2 s; exact; 0 ± 1 s in at least 98 %',
      mechanism: 'the detector that every result uses, on 50 seeded series of each kind, 10 % noise',
    },
  ],
  seconds: [1, 1],
  async run() {
    const judged = (seconds: number, of: (second: number) => number) =>
      Array.from({ length: runCount }, (_, run) => {
        const random = seededRandom(run + 1, 'K25')
        const latencyP50Us = Array.from(
          { length: seconds * slicesPerSecond },
          (_unused, slice) => of(slice / slicesPerSecond) * (1 + noise * (2 * random() - 1)),
        )
        return steadyState({ warmUpMs, latencyP50Us, cpuMsPerSecond: [] })
      })
    const cuts = judged(30, (second) => (second < stepAtSeconds ? 3_000 : 1_500)).map(({ cutMs }) => (cutMs ?? NaN) / msPerSecond)
    const sawtooths = judged(60, (second) => 1_000 * (1 + (second % 10) / 10))
    const flats = judged(10, () => 1_000)
    const flatCount = flats.filter(({ cutMs }) => cutMs !== null && cutMs <= flatAllowanceSeconds * msPerSecond).length
    const step = (what: string, measured: number) => within({ what, unit: 's', expected: stepAtSeconds, measured }, stepAllowanceSeconds)
    return {
      K25: [
        step('earliest cut of the step', Math.min(...cuts)),
        step('latest cut of the step', Math.max(...cuts)),
        counted('sawtooths without a steady state', runCount, sawtooths.filter(({ verdict }) => verdict === 'no steady state').length),
        atLeast({ what: 'flat series that are steady from the start', unit: 'ratio', expected: flatShare, measured: flatCount / runCount }),
      ],
    }
  },
}
