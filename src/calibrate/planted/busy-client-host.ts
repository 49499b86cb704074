import { pathToFileURL } from 'node:url'
import { DeliveryRecorder } from '../../core/recorder.ts'
import { nowUs } from '../../core/clock.ts'
import { hostModules } from '../../trial/transport-modules.ts'

/** Work that each delivery costs this client host on top, in µs. */
const busyUs = 1_000

/** Process entry: a client host that is busy for 1 ms after each delivery, so that the next ones wait in its process (K12). */
const add = DeliveryRecorder.prototype.add
DeliveryRecorder.prototype.add = function (this: DeliveryRecorder, ...record: Parameters<typeof add>): void {
  add.apply(this, record)
  for (const untilUs = nowUs() + busyUs; nowUs() < untilUs;);
}
await import(pathToFileURL(hostModules.clients).href)
