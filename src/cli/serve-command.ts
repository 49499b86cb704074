import { exitCodes, harnessError } from '../core/errors.ts'
import { oneOfText } from '../scenario/allowed-values.ts'
import { didYouMean } from '../text/nearest-name.ts'
import { registry } from '../core/transports/registry.ts'
import { serveTransport } from '../run/serve.ts'
import { noteLeftOut } from './left-out.ts'
import { note, print } from './output.ts'
import { listenForStop } from './stop-signals.ts'

/** `bench serve <transport>`: the server under test with default options, until a signal ends it. Ctrl-C is its usual end, so that is exit 0. */
export async function serve(transportId: string, host: string, port: number): Promise<number> {
  const ids = registry.map((transport) => transport.id)
  const transport = registry.find(({ id }) => id === transportId)
  if (transport === undefined) {
    throw harnessError('ERR_USAGE', `"${transportId}" is no transport; it must be ${oneOfText(ids)}.${didYouMean(transportId, ids)}`)
  }
  await noteLeftOut()
  const { url, close } = await serveTransport(transportId, { host, port })
  const stop = listenForStop()
  await print(
    [
      `${transport.traits.title} at ${url}/${transportId}?channel=news&after=0`,
      `publish:  curl -X POST ${url}/publish -H 'content-type: application/json' -d '{"messages":[{"channel":"news","data":"hello"}]}'`,
      `state:    ${url}/health`,
      '',
    ].join('\n'),
  )
  await note('Ctrl-C ends it.\n')
  await stop.received
  await close()
  stop.release()
  return exitCodes.done
}
