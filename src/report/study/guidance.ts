/** How to read the report of a study; the same in markdown and page. */
export const howToReadStudy = [
  'Each point is a complete run: contenders in fresh processes, blocks interleaved, points in a seeded order. Its own report, with verdicts and validity of each trial, is drawn from points/NN/result.json.',
  'A figure is the median over the blocks of its point, in brackets its 95 % interval. Only valid and tainted trials count.',
  'At the limit: a process whose event loop was busy for more than 90 %. Saturated: deliveries were behind when the window closed, or a busy process was late by more than 100 ms; such trials are not ranked. Where the process is a client host, the generator was the limit: the trial is invalid and says nothing of the transport.',
  'A break-even point is where the paired ratio of two contenders passes 1, interpolated between points; its interval is where the interval of the ratio holds 1. Between two points the truth may bend: more points there would tell.',
  '“Undecided” and “not told apart” are results: more blocks or points further apart would decide.',
  'A search tries one trial a step. The value that it finds must pass twice more and the next must fail twice; otherwise the answer says what it is not. A value at which the generator or the machine was the limit is never held against a contender.',
  'A contender without the setting that is swept is the same at every point, and runs there all the same: as the line that the others are held against.',
  'The numbers hold for this workload on this machine. Ratios carry over to others better than times.',
] as const
