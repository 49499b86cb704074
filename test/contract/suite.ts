import type { Subject } from '../helpers/contract-subject.ts'
import { deliverySuite } from './suite-delivery.ts'
import { lifecycleSuite } from './suite-lifecycle.ts'
import { requestSuite } from './suite-request.ts'
import { resumeSuite } from './suite-resume.ts'

/** What every transport must keep, whatever it costs. */
export function contractSuite(subject: Subject): void {
  deliverySuite(subject)
  resumeSuite(subject)
  lifecycleSuite(subject)
  requestSuite(subject)
}
