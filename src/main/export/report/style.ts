/** The colours of lines on a light page, by the place of their variant. */
const lineColours = [
  ...['#0067a6', '#cc5500', '#00825f', '#b0508a'],
  ...['#a87400', '#2b8cc4', '#7a4fb5', '#6a6a6a'],
]

/** How a drawing by itself looks: what reads SVG need not know custom properties. */
export const drawingStyle = `
text { font-family: 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif; fill: #1d1e20; }
.ground { fill: #fff; } .title { font-size: 16px; font-weight: 600; } .name { font-size: 13px; }
.grid { stroke: #e4e4df; } .level { stroke: #55585e; stroke-dasharray: 2 4; }
.tick { font-size: 12px; fill: #55585e; }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; } .band { stroke: none; fill-opacity: 0.14; }
${lineColours.map((colour, place) => `.curve.c${place} { stroke: ${colour}; } .band.c${place} { fill: ${colour}; }`).join('\n')}
`

/** How a report looks: everything is in the page, and it follows the reader's choice of light or dark. */
export const style = `
:root { color-scheme: light dark;
  --ground: #fff; --text: #1d1e20; --muted: #55585e; --line: #e4e4df; --sunken: #f7f7f5;
  ${lineColours.map((colour, place) => `--c${place}: ${colour};`).join(' ')} }
@media (prefers-color-scheme: dark) { :root {
  --ground: #1a1b1f; --text: #ececee; --muted: #b0b3ba; --line: #2f3238; --sunken: #131417;
  --c0: #56a8e8; --c1: #ff8f4d; --c2: #34c596; --c3: #e79ac6; --c4: #eab430; --c5: #8fd0f5; --c6: #b79bf0; --c7: #a8a8ad; } }
@media print { :root { --ground: #fff; --text: #000; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1040px; padding: 40px 32px 64px; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 40px 0 12px; font-size: 18px; }
.facts, .none, .unit, .tick, footer, .note { color: var(--muted); }
.facts { margin: 6px 0 0; } .note, footer { font-size: 13px; }
ul.sentences { margin: 0; padding-left: 20px; } ul.sentences li { margin: 4px 0; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 7px 12px; text-align: left; vertical-align: top; white-space: nowrap; }
th { background: var(--sunken); font-weight: 600; } tr + tr td { border-top: 1px solid var(--line); }
td.number, th.number { text-align: right; } td.wide { white-space: normal; overflow-wrap: anywhere; }
code { font: 12.5px ui-monospace, monospace; overflow-wrap: anywhere; }
dl.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 0 32px; margin: 0; font-size: 14px; }
dl.settings div { display: flex; justify-content: space-between; gap: 16px; padding: 5px 0; border-bottom: 1px solid var(--line); }
dl.settings dt { color: var(--muted); } dl.settings dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
figure { margin: 0 0 28px; } figcaption { margin-bottom: 6px; font-weight: 600; } .unit { font-weight: 400; }
svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--line); } .level { stroke: var(--muted); stroke-dasharray: 2 4; }
.tick { fill: var(--muted); font: 12px system-ui, sans-serif; }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; } .band { stroke: none; fill-opacity: 0.14; }
${Array.from({ length: 8 }, (_, place) => `.curve.c${place} { stroke: var(--c${place}); } .band.c${place} { fill: var(--c${place}); }`).join('\n')}
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 6px 0 0; padding: 0; list-style: none; font-size: 13px; }
.legend li { display: flex; align-items: center; gap: 7px; } .legend svg { width: 28px; }
footer { margin-top: 48px; border-top: 1px solid var(--line); padding-top: 14px; }
`
