import { transport as sse } from '../../servers/sse.ts'

/** The SSE server with TCP_NODELAY taken off its sockets: a setting that no other transport has. */
export const transport: typeof sse = (app, context, done) => {
  app.addHook('onRequest', (request, _reply, next) => {
    request.raw.socket.setNoDelay(false)
    next()
  })
  sse(app, context, done)
}
