import { DeliveryRecorder } from '../../src/core/recorder.ts'
import { nowUs } from '../../src/core/clock.ts'

/** Work that each delivery costs this client host on top, in µs. */
const busyUs = 1_000

// A client host with a planted fault: it is busy for 1 ms after each delivery, so that the next ones wait in its process.
const add = DeliveryRecorder.prototype.add
DeliveryRecorder.prototype.add = function (this: DeliveryRecorder, ...record: Parameters<typeof add>): void {
  add.apply(this, record)
  for (const untilUs = nowUs() + busyUs; nowUs() < untilUs;);
}
await import('../../clients/host.ts')
