import { nowUs } from '../../src/core/clock.ts'
import { quotaBetween, readQuotas } from '../../src/machine/controller-limits.ts'

/** Works for half a second without a pause, and prints what its processor quota did to it meanwhile. */
const from = readQuotas()
for (const untilAtUs = nowUs() + 500_000; nowUs() < untilAtUs;);
process.stdout.write(JSON.stringify(quotaBetween(from, readQuotas())))
