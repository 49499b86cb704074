import { websocket } from '../helpers/contract-websocket.ts'
import { contractSuite } from './suite.ts'

contractSuite(websocket)
