import { answerControl } from '../core/control.ts'
import type { MeasureFile } from '../core/measure.ts'
import { framingMicro } from './framing-micro.ts'
import { httpSaturation } from './http-saturation.ts'
import type { Reading } from './reading.ts'

/** The question that the process of one round answers. */
export interface MeasureControl {
  run(file: MeasureFile): Promise<Reading[]>
}

/** Process entry: one round of a measure, in the network namespace that it was started in. */
const control: MeasureControl = {
  run: (file) => (file.measure === 'framing-micro' ? framingMicro(file) : httpSaturation(file)),
}
answerControl(control)
