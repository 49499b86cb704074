import { subjects } from '../helpers/contract-subject.ts'
import { contractSuite } from './suite.ts'

for (const subject of subjects) contractSuite(subject)
