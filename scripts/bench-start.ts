import { startTimes } from './start-times.ts'

/** `npm run bench:start`: how long short commands take, beside Node alone. */
for (const { name, medianMs, ratio, mostRatio } of startTimes())
  console.log(`${name.padEnd(20)} ${medianMs.toFixed(0).padStart(6)} ms  ${ratio.toFixed(2)} × (at most ${mostRatio})`)
