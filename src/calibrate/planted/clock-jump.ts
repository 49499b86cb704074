import { nowUs } from '../../core/clock.ts'
import { usPerSecond } from '../../core/units.ts'

/** For `node --import`: the wall clock of the process jumps ahead by an hour, 2 s after its start (K08). */
const jumpMs = 3_600_000
const jumpsAtUs = nowUs() + 2 * usPerSecond
const RealDate = Date

function wallMs(): number {
  return RealDate.now() + (nowUs() >= jumpsAtUs ? jumpMs : 0)
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[]) => Reflect.construct(target, args.length === 0 ? [wallMs()] : args) as object,
  get: (target, key) => (key === 'now' ? wallMs : (Reflect.get(target, key) as unknown)),
})
