import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInstalled, makeClone } from '../helpers/fresh-clone.ts'
import { readWorkflow, runStep, stepsToRun } from '../helpers/workflow.ts'

const workspace = mkdtempSync(join(tmpdir(), 'compare-pull-request-'))
after(() => rmSync(workspace, { recursive: true, force: true }))

test('the workflow for users measures both sides and writes the comment', async (t) => {
  for (const side of ['main', 'pull-request']) makeClone(join(workspace, side))
  const workflow = readWorkflow('docs/ci/compare-pull-request.yml')
  const steps = stepsToRun(workflow, {
    'Allow user namespaces': 'a setting of the machine that GitHub lends',
    'Post the comment': 'needs a pull request on GitHub',
  })
  assert.deepEqual(
    steps.map(({ name }) => name),
    ['Install', 'Measure main', 'Measure the pull request', 'Compare'],
  )
  assert.deepEqual(Object.keys(workflow.env), ['SCENARIO', 'FLAGS'])
  const summary = join(workspace, 'summary.md')
  const shared = {
    SCENARIO: 'smoke',
    FLAGS: '--clients 20 --rate 50 --warmup 0 --measured 500ms --blocks 2 --transports sse --retries 0',
    GITHUB_STEP_SUMMARY: summary,
  }
  for (const step of steps) {
    const ended = await runStep(step, workspace, shared)
    if (step.name === 'Install' && !isInstalled(ended, t)) return
    // Half a second twice may differ by chance: 4 is a regression.
    assert.ok(ended.code === 0 || (step.name === 'Compare' && ended.code === 4), `${step.name}\n${ended.stdout}${ended.stderr}`)
  }
  const comment = readFileSync(join(workspace, 'comment.md'), 'utf8')
  assert.match(comment, /^### Smoke: /)
  assert.match(comment, /\n#### Compared with main\n\n```\n\S[^]*\n```\n$/)
  assert.equal(readFileSync(summary, 'utf8'), comment)
})
