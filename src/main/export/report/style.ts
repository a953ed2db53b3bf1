/** How a report looks: everything is in the page, and it follows the reader's choice of light or dark. */
export const style = `
:root { color-scheme: light dark;
  --ground: #fff; --text: #1d1e20; --muted: #55585e; --line: #e4e4df; --sunken: #f7f7f5;
  --c0: #0067a6; --c1: #cc5500; --c2: #00825f; --c3: #b0508a; --c4: #a87400; --c5: #2b8cc4; --c6: #7a4fb5; --c7: #6a6a6a; }
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
