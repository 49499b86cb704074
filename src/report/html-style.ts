/** Style of the page: light and dark by the reader's setting, readable from 360 px on, always light on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d8dce1; --head: #f4f6f8; --good: #1a7f37; --care: #8a5a00; --bad: #b3261e; --link: #0a58a8; --edge: #767f89; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171c; --ink: #eceff3; --faint: #a3adb8; --line: #343a43; --head: #1c2027; --good: #4db874; --care: #e0b040; --bad: #ff8a80; --link: #7cc0ff; --edge: #8b96a3; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 Inter, system-ui, sans-serif; font-feature-settings: "tnum"; }
main { max-width: 1240px; margin: 0 auto; padding: 24px 20px 64px; overflow-wrap: anywhere; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 20px; margin: 40px 0 8px; }
h3 { font-size: 17px; margin: 24px 0 4px; }
h1, h2, h3, thead th, .group, summary { font-weight: 600; }
p { margin: 8px 0; max-width: 88ch; }
ul { margin: 8px 0; padding-left: 20px; max-width: 100ch; }
li { margin: 4px 0; }
.question { font-size: 18px; }
.workload, .notes, .basis, .interval, .reason { color: var(--faint); }
.notes, .basis, .reason { font-size: 13px; }
p.notes { max-width: 120ch; margin: 4px 0; }
p.caption { max-width: none; margin: 2px 0; font-size: 14px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; overflow-wrap: normal; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px; border-bottom: 1px solid var(--line); font-weight: 400; }
tr:last-child > * { border-bottom: 0; }
thead th { background: var(--head); white-space: normal; }
.trade-off tbody th, .calculator tbody th { position: sticky; left: 0; background: var(--ground); min-width: 160px; max-width: 240px; overflow-wrap: anywhere; border-right: 1px solid var(--line); }
.trade-off thead th:first-child, .calculator thead th:first-child { position: sticky; left: 0; background: var(--head); border-right: 1px solid var(--line); }
.trade-off thead th, .trade-off td { min-width: 132px; max-width: 280px; overflow-wrap: anywhere; }
.trade-off .basis, .interval, .alias { display: block; }
.trade-off .interval { white-space: nowrap; }
.alias { font-size: 12px; font-weight: 400; color: var(--faint); }
.trade-off tbody tr:not(.group-row) th { padding-left: 24px; }
.trade-off tbody tr:has(.group) th { padding-left: 12px; }
.group-row > td, .trade-off tbody .group-row th { background: var(--head); }
.group-row th { white-space: nowrap; }
.trade-off .group-row .basis { display: inline; margin-left: 8px; }
.trials .value, .trials .zero, .trials .tiny { font-weight: 400; }
.trials { font-size: 13px; }
.trials td, .trials th { white-space: nowrap; padding: 5px; }
.trials thead th { white-space: normal; vertical-align: bottom; }
.trials .reason { display: block; min-width: 260px; white-space: normal; }
.facts th, .facts td { overflow-wrap: anywhere; }
.zero, .value, .tiny { font-weight: 600; }
.missing, .absent { color: var(--faint); }
.status { font-weight: 600; }
.status.valid, .status.passed, .status.pass { color: var(--good); }
.status.tainted, .status.unknown, .status.skipped { color: var(--care); }
.status.invalid, .status.failed, .status.fail { color: var(--bad); }
.badge { border-left: 6px solid var(--line); padding-left: 10px; max-width: 120ch; }
.badge.good { border-left-color: var(--good); }
.badge.bad { border-left-color: var(--bad); font-weight: 600; }
.badge a { color: inherit; text-decoration: none; }
.badge a:hover, .badge a:focus { text-decoration: underline; }
.alert { border: 1px solid var(--line); border-left: 6px solid var(--care); border-radius: 6px; padding: 4px 16px; margin: 16px 0; }
.alert.bad { border-left-color: var(--bad); }
.alert h2 { font-size: 16px; margin: 8px 0 0; }
figure { margin: 0 0 32px; }
.panels { display: grid; gap: 16px 24px; grid-template-columns: minmax(0, 1fr); }
.columns-2 .panels { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.panel { min-width: 0; }
canvas { display: block; max-width: 100%; }
details { border-bottom: 1px solid var(--line); padding: 6px 0; }
summary { cursor: pointer; }
pre { background: var(--head); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; overflow-x: auto; margin: 8px 0; }
.mark { margin-left: 4px; color: var(--faint); font-size: 12px; }
h4 { font-size: 14px; font-weight: 600; margin: 12px 0 4px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.controls { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
button { font: inherit; font-size: 13px; color: var(--ink); background: var(--head); border: 1px solid var(--edge); border-radius: 6px; padding: 4px 10px; cursor: pointer; display: inline-flex; align-items: center; gap: 6px; }
button[aria-pressed="false"] { background: var(--ground); color: var(--faint); text-decoration: line-through; }
button.scale[aria-pressed="false"] { text-decoration: none; }
button.scale[aria-pressed="true"] { border-color: var(--ink); font-weight: 600; }
button[aria-pressed="false"] svg { opacity: 0.4; }
.behind td, .behind th { font-size: 13px; padding: 3px 10px; white-space: nowrap; }
.said { display: block; }
.claims td { min-width: 150px; }
.claims .reason, .claims .interval { display: block; font-size: 13px; }
.claim.confirmed { color: var(--good); }
.claim.refuted { color: var(--bad); }
.claim.depends, .claim.undecided { color: var(--care); }
.inputs { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 16px 24px; margin: 16px 0; }
.input { display: grid; gap: 4px; border-left: 4px solid var(--good); padding-left: 10px; }
.input[data-outside="true"] { border-left-color: var(--care); }
.input label { font-weight: 600; }
.typed { display: flex; gap: 8px; align-items: baseline; }
input[type="number"] { font: inherit; width: 9em; color: var(--ink); background: var(--ground); border: 1px solid var(--edge); border-radius: 4px; padding: 3px 6px; }
input[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
input[type="range"] { width: 100%; accent-color: var(--link); }
.range, .unit { font-size: 13px; color: var(--faint); }
.range svg { display: block; width: calc(100% - 16px); height: 6px; margin: 0 8px 4px; background: var(--line); fill: var(--good); }
.input[data-outside="true"] .range::after { content: " (outside)"; color: var(--care); font-weight: 600; }
.beyond { display: block; font-size: 12px; color: var(--care); }
.beyond-note { font-weight: 600; }
.calculator .interval, .calculator .reason { display: block; }
.calculator .interval, .calculator .value { white-space: nowrap; }
.calculator .reason { min-width: 130px; }
.key-0 { color: #000000; }
.key-1 { color: #0072B2; }
.key-2 { color: #D55E00; }
.key-3 { color: #CC79A7; }
.key-4 { color: #117733; }
.key-5 { color: #7B5D00; }
.key-6 { color: #6F4DB5; }
.key-7 { color: #6B7280; }
@media (prefers-color-scheme: dark) { .key-0 { color: #F5F5F5; } .key-1 { color: #4FA8DC; } .key-2 { color: #F08A3C; } .key-3 { color: #E3A3C6; } .key-4 { color: #4DB874; } .key-5 { color: #D3AC3A; } .key-6 { color: #A88BE8; } .key-7 { color: #9AA4B2; } }
@media (max-width: 860px) { .columns-2 .panels { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 560px) {
  main { padding: 16px 12px 48px; }
  .trade-off tbody th, .trade-off thead th:first-child { min-width: 120px; max-width: 128px; }
  .calculator tbody th { min-width: 96px; max-width: 110px; }
  tbody th { font-size: 14px; }
  .trade-off tbody tr:not(.group-row) th { padding-left: 14px; }
  .trade-off tbody tr:has(.group) th { padding-left: 8px; white-space: normal; }
  .trade-off .group-row .basis { display: block; margin-left: 0; }
  th, td { padding: 6px 8px; }
}
@media print {
  :root { color-scheme: light; --ground: #ffffff; --ink: #000000; --faint: #444444; --line: #bbbbbb; --head: #f0f0f0; --good: #1a7f37; --care: #8a5a00; --bad: #b3261e; --link: #0a58a8; --edge: #767f89; }
  body { font-size: 12px; }
  main { max-width: none; padding: 0; }
  .controls, nav, input[type="range"], .range svg { display: none; }
  input[type="number"] { border: 0; padding: 0; width: 6em; font-weight: 600; }
  .columns-2 .panels { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .columns-1 .panels { display: block; }
  canvas { height: auto !important; }
  .panel, tr, li, .input { break-inside: avoid; }
  figcaption { break-inside: avoid; }
  h2, h3, h4, figcaption, figcaption .notes, summary { break-after: avoid; }
  thead { display: table-header-group; }
  summary { list-style: none; }
  .scroll { overflow: visible; border: 0; }
  th, td { padding: 3px 6px; }
  .trade-off thead th, .trade-off td, .trade-off tbody th, .claims td { min-width: 0; }
  .trade-off:has(th:nth-child(6)) { font-size: 9px; }
  .trade-off:has(th:nth-child(6)) .interval, .trade-off:has(th:nth-child(6)) .basis { white-space: normal; font-size: 8px; }
  .trade-off:has(th:nth-child(6)) th, .trade-off:has(th:nth-child(6)) td { padding: 2px; }
  .trade-off tbody th, .calculator tbody th { position: static; min-width: 0; }
  .behind td, .behind th { font-size: 8px; padding: 1px 2px; white-space: normal; overflow-wrap: anywhere; }
  .trials { font-size: 8px; }
  .trials td, .trials th { padding: 2px 3px; white-space: normal; }
  .trials .reason { min-width: 0; }
  pre { white-space: pre-wrap; }
}
`
