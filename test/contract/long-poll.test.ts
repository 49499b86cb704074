import { longPoll } from '../helpers/contract-long-poll.ts'
import { contractSuite } from './suite.ts'

contractSuite(longPoll)
