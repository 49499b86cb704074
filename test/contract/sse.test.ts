import { sse } from '../helpers/contract-sse.ts'
import { contractSuite } from './suite.ts'

contractSuite(sse)
