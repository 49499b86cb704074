import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { freezeMeanMs, freezeQuantileMs, isWithin, score, type PeerRun } from '../../scripts/peer-trial/score.ts'
import { tools } from '../../scripts/peer-trial/tools.ts'

/** Parts of what the tools really printed, before a server that answers "ok". */
const outputs: Record<string, string> = {
  wrk: `  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.73ms   17.21ms 179.04ms   94.56%
    Req/Sec    32.83k    11.73k   42.72k    80.00%
  Latency Distribution
     50%    2.65ms
     75%    3.58ms
     90%  850.00us
     99%    1.20s
  66645 requests in 2.08s, 7.88MB read`,
  hey: `Summary:
  Average:	0.0037 secs
Latency distribution:
  50% in 0.0029 secs
  75% in 0.0047 secs
  90% in 0.0061 secs
  99% in 0.0209 secs
Status code distribution:
  [200]	4000 responses`,
  ab: `Complete requests:      20208
Time per request:       9.903 [ms] (mean)
Time per request:       0.099 [ms] (mean, across all concurrent requests)
  50%      9
  90%     15
  99%     22
 100%     35 (longest request)`,
  h2load: `requests: 4000 total, 4064 started, 4000 done, 4000 succeeded, 0 failed, 0 errored, 0 timeout
                     min         max         mean         sd        +/- sd
time for request:      504us     11.63ms      3.17ms      1.79ms    82.63%`,
  autocannon: `{"latency":{"mean":4.34,"p50":3,"p90":9,"p99":22},"2xx":4566}`,
  loadtest: `Completed requests:  3998
Mean latency:        0.1 ms
  50%      1 ms
  90%      1 ms
  99%      3 ms
 100%      7 ms (longest request)`,
}

/** p50, p90, p99, mean in ms; requests. Read off the outputs by eye. */
const readings: Record<string, (number | null)[]> = {
  wrk: [2.65, 0.85, 1_200, 6.73, 66_645],
  hey: [2.9, 6.1, 20.9, 3.7, 4_000],
  ab: [9, 15, 22, 9.903, 20_208],
  h2load: [null, null, null, 3.17, 4_000],
  autocannon: [3, 9, 22, 4.34, 4_566],
  loadtest: [1, 1, 3, 0.1, 3_998],
}

suite('the peer trial', () => {
  for (const tool of tools) {
    const key = tool.name.split(' ')[0]!
    test(`reads what ${tool.name} prints`, () => {
      const { p50Ms, p90Ms, p99Ms, meanMs, requestCount } = tool.parse(outputs[key]!)
      const found = [p50Ms, p90Ms, p99Ms, meanMs, requestCount]
      for (const [index, wanted] of readings[key]!.entries()) {
        if (wanted === null) assert.equal(found[index], null)
        else assert.ok(Math.abs(found[index]! - wanted) < 1e-9, `${index}: ${found[index]}`)
      }
    })
  }

  test('knows the truth of a stop of 1 s in 15 s', () => {
    assert.deepEqual(
      [0.5, 0.9, 0.95, 0.99].map((q) => Math.round(freezeQuantileMs(q, 1_000, 15_000))),
      [0, 0, 250, 850],
    )
    assert.equal(Math.round(freezeMeanMs(1_000, 15_000) * 10), 333)
  })

  test('holds a latency within −2 and +30 ms or 10 %, a count within 1 %', () => {
    assert.deepEqual(
      [isWithin('p99Ms', 935, 850), isWithin('p99Ms', 936, 850), isWithin('p50Ms', 30, 0), isWithin('p50Ms', 31, 0)],
      [true, false, true, false],
    )
    assert.deepEqual([isWithin('meanMs', 5.5, 33.3), isWithin('meanMs', 63, 33.3)], [false, true])
    assert.deepEqual([isWithin('rateRatio', 0.991, 1), isWithin('rateRatio', 0.98, 1)], [true, false])
  })

  test('calls a p99 of 10 ms off by a factor of 85, and 850 ms within', () => {
    const run = (p99Ms: number | null): PeerRun => {
      const none = { p50Ms: null, p90Ms: null, meanMs: null, requestCountRatio: null, rateRatio: null }
      const truth = { p50Ms: 0, p90Ms: 0, p99Ms: 850, meanMs: 33.3, requestCountRatio: 1, rateRatio: 1 }
      return { measured: { ...none, p99Ms }, truth }
    }
    assert.deepEqual(score('p99Ms', [run(9), run(10), run(12)]), {
      verdict: 'off',
      measured: { median: 10, least: 9, most: 12 },
      truth: 850,
      factor: 85,
    })
    assert.equal(score('p99Ms', [run(850), run(846), run(852)]).verdict, 'within')
    assert.equal(score('p99Ms', [run(null)]).verdict, 'not reported')
  })
})
