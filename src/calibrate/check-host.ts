import type { Finding } from '../core/calibration-record.ts'
import { answerControl } from '../core/control.ts'
import { checkOf } from './checks.ts'

/** The questions that a check's process answers. */
export interface CheckControl {
  run(order: { id: string; quick: boolean }): Promise<Record<string, Finding[]>>
}

/** Process entry: one run of checks, in the network namespace that it was started in. */
const control: CheckControl = {
  run: ({ id, quick }) => checkOf(id).run({ quick, say: (text) => process.send?.({ notice: text }) }),
}
answerControl(control)
