import { exitCodes, harnessError } from '../core/errors.ts'
import { oneOfText } from '../scenario/allowed-values.ts'
import { didYouMean } from '../text/nearest-name.ts'
import { registry } from '../core/transports/registry.ts'
import { serveTransport } from '../run/serve.ts'
import type { FlagValues } from './flags.ts'
import { noteLeftOut } from './left-out.ts'
import { note, print } from './output.ts'
import { servedContender } from './serve-flags.ts'
import { servePage } from './serve-page.ts'
import { listenForStop } from './stop-signals.ts'

/** What `bench serve` is given beside the options of the transport. */
export type ServeFlags = FlagValues & { host: string; cors?: boolean }

/**
 * `bench serve <transport>`: the server under test, until a signal ends it. Ctrl-C is its usual end, so that is exit 0. What
 * the server writes to stderr is printed as it comes.
 *
 * @throws {HarnessError} ERR_CHILD_DIED when the server ends by itself
 */
export async function serve(transportId: string, flags: ServeFlags, port: number): Promise<number> {
  const ids = registry.map((transport) => transport.id)
  const transport = registry.find(({ id }) => id === transportId)
  if (transport === undefined) {
    throw harnessError('ERR_USAGE', `unknown transport "${transportId}"; it must be ${oneOfText(ids)}.${didYouMean(transportId, ids)}`)
  }
  const { host, cors = false } = flags
  const contender = servedContender(transport, flags)
  await noteLeftOut()
  const stop = listenForStop()
  try {
    const tryOut = { page: servePage(transport, contender), cors }
    const server = await serveTransport({ contender, host, port, tryOut, onStderr: (text) => void note(text) })
    const { url } = server
    const path = `${url}/${transportId}?channel=news`
    await print(
      [
        `${transport.traits.title} at ${path}`,
        `read:     ${transport.readCommand(path)}`,
        `publish:  curl -X POST ${url}/publish -H 'content-type: application/json' -d '{"messages":[{"channel":"news","data":"hello"}]}'`,
        `browser:  ${url}/`,
        `state:    ${url}/health`,
        '',
      ].join('\n'),
    )
    await note('Press Ctrl-C to stop it.\n')
    const death = await Promise.race([stop.received, server.died])
    if (death !== undefined) throw death
    await server.close()
    return exitCodes.done
  } finally {
    stop.release()
  }
}
