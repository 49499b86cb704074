import { answerControl } from '../core/control.ts'
import { removeFolder } from '../core/files.ts'
import type { TrialResult } from '../core/result.ts'
import { assembleTrial } from '../analysis/assemble.ts'
import { MeasuredWindow } from '../trial/measured-window.ts'
import { runTrial } from '../trial/trial.ts'
import type { TrialControl, TrialSpec } from '../trial/trial-spec.ts'

/** Process entry: one trial, in the network namespace that the runner started it in. */
const window = new MeasuredWindow()
const control: TrialControl = {
  run: async (spec: TrialSpec): Promise<TrialResult> => {
    // The folder is the parent's, which cannot take it away when it was killed.
    process.once('exit', () => {
      if (!process.connected) removeFolder(spec.workDir)
    })
    return assembleTrial(await runTrial(spec, (notice) => process.send?.({ notice }), window))
  },
  closeWindow: () => window.closeEarly(),
}
answerControl(control)
