/**
 * How the page looks.
 */
export const style = `
:root { color-scheme: light; --ink: #1f2328; --quiet: #656d76; --line: #e3e6ea; --paper: #fbfbfc; }
* { box-sizing: border-box; }
body {
  margin: 0; padding: 40px clamp(16px, 4vw, 56px) 72px; background: var(--paper); color: var(--ink);
  font: 14px/1.5 ui-sans-serif, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
}
header { margin-bottom: 28px; }
h1 { font-size: 24px; font-weight: 600; letter-spacing: -0.01em; margin: 0 0 14px; }
h2 { font-size: 15px; font-weight: 600; margin: 36px 0 4px; }
p.note { color: var(--quiet); margin: 0 0 12px; max-width: 78ch; }
dl { display: flex; flex-wrap: wrap; gap: 8px 36px; margin: 0; }
dl div { display: flex; flex-direction: column-reverse; }
dt { color: var(--quiet); font-size: 12px; }
dd { margin: 0; font-size: 18px; font-variant-numeric: tabular-nums; }
.sheet { background: #fff; border: 1px solid var(--line); border-radius: 10px; }
.picture { overflow: auto; max-height: 84vh; }
.picture svg { display: block; margin: 0 auto; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--quiet); font-size: 12px; white-space: nowrap; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: #f6f8fa; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.name { font-weight: 500; overflow-wrap: anywhere; }
td.space { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12px; }
.chip { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 8px; vertical-align: -1px; border: 1px solid; }
.bar { display: inline-block; height: 6px; border-radius: 3px; margin-right: 8px; vertical-align: 1px; }
details { border-bottom: 1px solid var(--line); }
details:last-child { border-bottom: 0; }
summary { padding: 9px 14px; cursor: pointer; font-weight: 500; }
summary span { color: var(--quiet); font-weight: 400; margin-left: 8px; }
pre {
  margin: 0; padding: 4px 14px 16px; overflow: auto; max-height: 70vh;
  font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
.box, .arrow { transition: opacity 120ms; }
.name { font-size: 12px; font-weight: 500; fill: var(--ink); }
.type { font-size: 10.5px; fill: var(--quiet); }
.arrow { fill: none; stroke: #b4bac3; stroke-width: 1.1; }
.frame { fill: #fff; stroke: var(--line); fill-opacity: 0.75; }
.input .outline { fill: #f3f4f6; }
.sign .outline { fill: #fff; stroke-dasharray: 3 3; }
.sign .name { fill: var(--quiet); }
a:hover .sign .outline { fill: #f6f8fa; }
.box:target > .outline { stroke-width: 2.5; }
.result .outline { fill: #f3f4f6; stroke: #6e7781; }
@media print { .picture, pre { max-height: none; overflow: visible; } }
`.trim()

/** While a row of the table is pointed at, what its kernel does not compute fades. */
export const fading = (kernels: ReadonlyArray<number>): string =>
  kernels.map((k) =>
    `body:has(tr[data-kernel="${k}"]:hover) .picture :is(.box, .arrow):not(.k${k}):not(:has(.k${k})) { opacity: 0.18; }`
  ).join("\n")
