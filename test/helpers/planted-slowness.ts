import { transport as sse } from '../../servers/sse.ts'
import { nowUs } from '../../src/core/clock.ts'

const burnUs = 2_000

/** The SSE server with 2 ms of busy work for each message: it cannot follow more than 500 a second. */
export const transport: typeof sse = (app, context, done) => {
  const { log } = context
  const publish = log.publish.bind(log)
  log.publish = (messages) => {
    const untilUs = nowUs() + burnUs * messages.length
    while (nowUs() < untilUs);
    publish(messages)
  }
  sse(app, context, done)
}
