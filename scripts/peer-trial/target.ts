import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The server before which all HTTP tools are put: answers "ok", counts what it was asked, tells its port and, when asked, its count. */
let requestCount = 0
const server = createServer((_request, response) => {
  requestCount++
  response.end('ok')
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('message', () => process.send?.({ requestCount }))
process.on('disconnect', () => process.exit(0))
