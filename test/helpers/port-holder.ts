import { createServer } from 'node:net'

/** Process entry: listens on `count` ports from `first` on, says so on stdout, and lets go of them after `ms`. */
const [first, count, ms] = process.argv.slice(2).map(Number) as [number, number, number]
const servers = await Promise.all(
  Array.from({ length: count }, (_, index) => {
    const server = createServer()
    return new Promise<typeof server>((resolve, reject) => {
      server.once('error', reject).listen({ host: '127.0.0.1', port: first + index }, () => resolve(server))
    })
  }),
)
process.stdout.write('held\n')
setTimeout(() => {
  for (const server of servers) server.close()
}, ms)
