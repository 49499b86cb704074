import { shortPoll } from '../helpers/contract-short-poll.ts'
import { contractSuite } from './suite.ts'

contractSuite(shortPoll)
