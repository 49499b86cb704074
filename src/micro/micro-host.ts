import { answerControl } from '../core/control.ts'
import { framingMicro } from './framing-micro.ts'
import { httpSaturation } from './http-saturation.ts'
import type { MicroBenchmarkFile, Reading } from './micro-benchmark.ts'

/** The question that the process of one round answers. */
export interface MicroBenchmarkControl {
  run(file: MicroBenchmarkFile): Promise<Reading[]>
}

/** Process entry: one round of a micro-benchmark, in the network namespace that it was started in. */
const control: MicroBenchmarkControl = {
  run: (file) => (file.measure === 'framing-micro' ? framingMicro(file) : httpSaturation(file)),
}
answerControl(control)
