import { familyNames } from '../src/core/family.ts'
import { metricIds, metrics, studyFigureSubjects, type MetricId } from '../src/core/metric.ts'

/** docs/metrics.md, made from the table of metrics. */
export function metricsPage(): string {
  const heads = ['metric', 'id', 'family', 'reports', 'stored', 'from a trial', 'matters from', 'floor', 'shown in']
  const rows = metricIds.map((id) => `| ${cellsOf(id).join(' | ')} |`)
  return `# Metrics

Made from [src/core/metric.ts](../src/core/metric.ts) by \`npm run schemas\`. [method.md](method.md) explains what each figure means and how it is measured.

Contenders are compared by metrics. Each metric is in the summary of \`result.json\` with its unit, in the verdicts, in CSV and in studies;
the last column says where else it is shown. Lower is better for all of them.

| ${heads.join(' | ')} |
|${heads.map(() => '---').join('|')}|
${rows.join('\n')}

- **family**: the kind of figure. If a [gate](gates.md) excludes a family in a trial, its figures enter no median and no comparison, while those of other families do.
- **reports**: the unit in reports, always the same for a metric. **stored**: the unit in \`result.json\` and CSV.
- **from a trial**: path of the figure in a trial of \`result.json\`; for an estimate, of its \`value\`.
- **matters from**: the smallest ratio of two contenders that matters, if the scenario declares none. **floor**: key under \`matters.<id>\` of a scenario
  for the smallest absolute difference that matters.
- **(jobs)**: exists only if clients request jobs.
`
}

function cellsOf(id: MetricId): string[] {
  const { label, unit, defaultRatio, from, needs, family, row, isCharted, isInComment, progress, studyFigure } = metrics[id]
  const places = [
    ...(row === undefined ? [] : [`table (${row.group})`]),
    ...(isCharted === true ? ['chart'] : []),
    ...(isInComment === true ? ['comment'] : []),
    ...(progress === undefined ? [] : ['live progress']),
    studyFigure === undefined ? 'study figure of its own' : `study figure of ${studyFigureSubjects[studyFigure]}`,
  ]
  return [
    needs === undefined ? label : `${label} (${needs})`,
    `\`${id}\``,
    familyNames[family],
    unit.shown === '' ? 'count' : unit.shown,
    unit.stored,
    typeof from === 'string' ? `\`${from}\`` : `(${from.parts.map((part) => `\`${part}\``).join(' + ')}) ÷ \`${from.whole}\``,
    `${defaultRatio} ×`,
    `\`${unit.floor.key}\``,
    places.join(', '),
  ]
}
