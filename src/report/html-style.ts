/** Style of the page: light and dark by the reader's setting, readable from 360 px on, always light on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d8dce1; --head: #f4f6f8; --good: #1a7f37; --best: #e5f3e8; --open: #f2f8f3; --care: #8a5a00; --bad: #b3261e; --link: #0a58a8; --edge: #767f89; --bar: #b4bdc6; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171c; --ink: #eceff3; --faint: #a3adb8; --line: #343a43; --head: #1c2027; --good: #4db874; --best: #17331f; --open: #172219; --care: #e0b040; --bad: #ff8a80; --link: #7cc0ff; --edge: #8b96a3; --bar: #5b6672; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 Inter, system-ui, sans-serif; font-feature-settings: "tnum"; }
main { max-width: 1160px; margin: 0 auto; padding: 20px 20px 40px; overflow-wrap: anywhere; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 6px; max-width: 46ch; text-wrap: balance; }
h2 { font-size: 19px; margin: 24px 0 6px; }
h3 { font-size: 16px; margin: 16px 0 4px; }
h4 { font-size: 14px; margin: 12px 0 4px; }
h5 { font-size: 13px; margin: 12px 0 4px; }
h1, h2, h3, h4, h5, thead th, summary { font-weight: 600; }
p { margin: 8px 0; max-width: 88ch; }
ul { margin: 8px 0; padding-left: 20px; max-width: 100ch; }
li { margin: 4px 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.title { margin: 0 0 2px; color: var(--faint); }
.workload, .notes, .interval, .reason, .unit, .factor { color: var(--faint); }
.workload { margin: 0; font-size: 14px; max-width: none; }
.notes, .reason { font-size: 13px; }
p.notes { max-width: 120ch; margin: 4px 0; }
.lead { font-size: 17px; font-weight: 600; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.answer { border: 1px solid var(--line); border-left: 6px solid var(--good); border-radius: 8px; padding: 14px 20px; margin: 16px 0; }
.answer.firstLook, .answer.nothing { border-left-color: var(--edge); }
.answer.spoilt { border-left-color: var(--care); }
.answer h2 { font-size: 21px; line-height: 1.3; margin: 0; }
.answer ul { max-width: 112ch; }
.answer .open { color: var(--care); }
.answer .trust { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 8px; padding: 0; margin: 10px 0 0; max-width: none; font-size: 13px; }
.trust li { margin: 0; padding: 2px 11px; border: 1px solid var(--line); border-radius: 14px; color: var(--faint); }
.trust .good { border-color: var(--good); color: var(--good); }
.trust .good::before { content: "✓ "; }
.trust .bad { border-color: var(--bad); color: var(--bad); font-weight: 600; }
.alert { border: 1px solid var(--line); border-left: 6px solid var(--care); border-radius: 6px; padding: 6px 16px; margin: 12px 0; }
.alert.bad { border-left-color: var(--bad); }
.alert > :first-child { font-size: 15px; margin: 0; }
.alert p, .alert ul { margin: 2px 0; }
p.caption { max-width: none; margin: 2px 0; font-size: 14px; }
.scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; overflow-wrap: normal; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px; border-bottom: 1px solid var(--line); font-weight: 400; overflow-wrap: anywhere; }
tr:last-child > * { border-bottom: 0; }
thead th { background: var(--head); }
tr.warning > th { box-shadow: inset 4px 0 var(--care); }
tr.bad > th { box-shadow: inset 4px 0 var(--bad); }
.answers tbody th, .grouped tbody th, .calculator tbody th { position: sticky; left: 0; z-index: 1; background: var(--ground); min-width: 150px; max-width: 240px; }
.answers thead th:first-child, .grouped thead th:first-child, .calculator thead th:first-child { position: sticky; left: 0; z-index: 1; }
.answers td, .answers thead th { min-width: 92px; }
.grouped td, .grouped thead th { min-width: 112px; }
.answers th, .answers td { padding: 5px 10px; overflow-wrap: break-word; }
.answers .number { font-weight: 600; }
.answers td { white-space: nowrap; }
.answers .sign { margin-right: 2px; }
.answers .unit, .answers .factor, .spoilt { font-size: 13px; }
.answers .best { background: var(--best); }
.answers .open { background: var(--open); }
.spoilt { display: block; font-weight: 400; color: var(--care); }
.bar { display: block; width: 100%; height: 4px; margin-top: 3px; fill: var(--bar); }
.best .bar { fill: var(--good); }
.open .bar { fill: var(--good); opacity: 0.5; }
.grouped .interval, .calculator .interval, .calculator .reason { display: block; }
.grouped .interval, .calculator .interval, .calculator .value { white-space: nowrap; }
.grouped tbody tr:not(.group-row) th { padding-left: 24px; }
.group-row > td, .grouped tbody .group-row th { background: var(--head); font-weight: 600; }
.zero, .value, .tiny { font-weight: 600; }
.missing, .absent { color: var(--faint); }
.mark { margin-left: 4px; color: var(--faint); font-size: 12px; }
.dense { font-size: 13px; }
.dense .value, .dense .zero, .dense .tiny { font-weight: 400; }
.dense td, .dense th { padding: 5px; overflow-wrap: normal; }
.dense td { white-space: nowrap; }
.dense td:last-child { min-width: 280px; white-space: normal; }
.dense thead th { vertical-align: bottom; }
.behind td, .behind th { font-size: 13px; padding: 3px 10px; white-space: nowrap; }
figure { margin: 0 0 16px; }
figcaption h3, figcaption h4 { margin-top: 8px; }
.panels { display: grid; gap: 16px 24px; grid-template-columns: minmax(0, 1fr); }
.columns-2 .panels { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.panel { min-width: 0; }
canvas { display: block; max-width: 100%; }
details { border-bottom: 1px solid var(--line); padding: 6px 0; }
summary { cursor: pointer; }
summary > * { display: inline; font-size: inherit; margin: 0; }
main > details > summary { font-size: 17px; }
pre { background: var(--head); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; overflow-x: auto; margin: 8px 0; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 10px 0; }
.controls { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
button { font: inherit; font-size: 13px; color: var(--ink); background: var(--head); border: 1px solid var(--edge); border-radius: 6px; padding: 4px 10px; cursor: pointer; display: inline-flex; align-items: center; gap: 6px; }
button[aria-pressed="false"] { background: var(--ground); color: var(--faint); text-decoration: line-through; }
button.scale[aria-pressed="false"] { text-decoration: none; }
button.scale[aria-pressed="true"] { border-color: var(--ink); font-weight: 600; }
button[aria-pressed="false"] svg { opacity: 0.4; }
.inputs { display: grid; grid-template-columns: repeat(auto-fill, minmax(166px, 1fr)); gap: 12px 16px; margin: 12px 0; font-size: 14px; }
.input { display: grid; gap: 4px; align-content: end; border-left: 4px solid var(--good); padding-left: 10px; }
.input[data-outside="true"] { border-left-color: var(--care); }
.input label { font-weight: 600; }
.typed { display: flex; gap: 8px; align-items: baseline; }
input[type="number"] { font: inherit; width: 5.8em; color: var(--ink); background: var(--ground); border: 1px solid var(--edge); border-radius: 4px; padding: 3px 6px; }
input[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
input[type="range"] { width: 100%; accent-color: var(--link); }
.range { font-size: 12px; line-height: 1.3; color: var(--faint); }
.typed .unit { font-size: 13px; }
.range svg { display: block; width: calc(100% - 16px); height: 6px; margin: 0 8px 4px; background: var(--line); fill: var(--good); }
.input[data-outside="true"] .range::after { content: " (outside)"; color: var(--care); font-weight: 600; }
.beyond { display: block; font-size: 12px; color: var(--care); }
.beyond-note { font-weight: 600; }
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
  main { padding: 14px 12px 32px; }
  h1 { font-size: 22px; }
  .answer { padding: 10px 14px; }
  .answer h2 { font-size: 18px; }
  .answers tbody th, .grouped tbody th, .answers thead th:first-child, .grouped thead th:first-child { min-width: 112px; max-width: 124px; }
  .calculator tbody th { min-width: 96px; max-width: 110px; }
  .grouped td, .grouped thead th { min-width: 96px; }
  tbody th { font-size: 14px; }
  .grouped tbody tr:not(.group-row) th { padding-left: 14px; }
  th, td, .answers th, .answers td { padding: 6px 8px; }
}
@media print {
  :root { color-scheme: light; --ground: #ffffff; --ink: #000000; --faint: #444444; --line: #bbbbbb; --head: #f0f0f0; --good: #1a7f37; --best: #e5f3e8; --open: #f2f8f3; --care: #8a5a00; --bad: #b3261e; --link: #0a58a8; --edge: #767f89; --bar: #b4bdc6; }
  body { font-size: 12px; print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  details:not([open]), .controls, nav, input[type="range"], .range svg { display: none; }
  input[type="number"] { border: 0; padding: 0; font-weight: 600; }
  .inputs { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .columns-2 .panels { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .columns-1 .panels { display: block; }
  canvas { height: auto !important; }
  .answer, .alert, .panel, tr, li, .input, figcaption { break-inside: avoid; }
  h2, h3, h4, h5, figcaption, figcaption .notes, summary { break-after: avoid; }
  thead { display: table-header-group; }
  summary { list-style: none; }
  .scroll { overflow: visible; border: 0; }
  th, td, .answers th, .answers td { padding: 3px 6px; white-space: normal; }
  .answers td, .answers thead th, .answers tbody th, .grouped td, .grouped thead th, .grouped tbody th, .calculator tbody th { position: static; min-width: 0; }
  table:has(th:nth-child(6)) { font-size: 9px; }
  table:has(th:nth-child(6)) :is(.interval, .factor, .unit, .spoilt) { white-space: normal; font-size: 8px; }
  table:has(th:nth-child(6)) :is(th, td) { padding: 2px; }
  .behind td, .behind th { font-size: 8px; padding: 1px 2px; white-space: normal; overflow-wrap: anywhere; }
  .dense { font-size: 8px; }
  .dense td, .dense th { padding: 2px 3px; white-space: normal; overflow-wrap: anywhere; }
  .dense td:last-child { min-width: 0; }
  pre { white-space: pre-wrap; }
}
`
