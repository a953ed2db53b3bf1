/**
 * An experiment as one page of HTML that needs nothing else: no script, no address, no font. What was compared, what came
 * of it in sentences and numbers, the curves, the configuration, and where every number is from.
 */
import type { Comparison, ComparisonRow } from '../../../shared/comparison.ts'
import { appliesTo, type ConfigurationKey, type Run } from '../../../shared/experiment.ts'
import { provenanceOf, type Subject } from '../subject.ts'
import { lineChart } from './chart.ts'
import { chartsOf, namesOf } from './charts.ts'
import { html, Markup } from './html.ts'
import { style } from './style.ts'

const unknown = '–'

/** @param subject an experiment, with its comparison */
export function reportOf(subject: Subject, now: Date): string {
  const { experiment, comparison, dataset, runs } = subject
  if (!comparison) throw new Error('Only an experiment has a report.')
  const nameOf = namesOf(subject)
  const charts = chartsOf(subject)
  const sentences = comparison.comparison.flatMap((row) => row.sentences)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="generator" content="Attention Workbench ${subject.app}" />
        <title>${experiment.name}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <h1>${experiment.name}</h1>
        <p class="facts">
          ${dataset?.name ?? experiment.dataset} · recipe ${experiment.recipe} ·
          ${experiment.attentions.length} variants × ${experiment.seeds.length} seeds ·
          ${runs.filter(({ state }) => state === 'finished').length} of ${runs.length} runs finished ·
          ${experiment.createdAt.slice(0, 10)}
        </p>
        ${experiment.notes ? html`<p>${experiment.notes}</p>` : ''}
        <h2>What came of it</h2>
        ${
          sentences.length > 0
            ? html`<ul class="sentences">
                ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
              </ul>`
            : html`<p class="none">There is nothing to compare: one variant, or no measurement yet.</p>`
        }
        <h2>Comparison</h2>
        ${ranking(comparison)}
        <h2>Curves</h2>
        ${charts.length > 0 ? charts.map(lineChart) : html`<p class="none">Nothing was recorded.</p>`}
        <p class="note">
          Lines are means over seeds, bands reach from the smallest to the largest seed. Of long runs each
          point is the mean over a range of steps.
        </p>
        <h2>Configuration</h2>
        ${configurationList(subject, nameOf)}
        <h2>Provenance</h2>
        ${provenanceTable(subject, nameOf)}
        <footer>
          Made by Attention Workbench ${subject.app} at ${now.toISOString()}. Experiment
          ${experiment.id}${dataset ? html`, dataset ${dataset.name} with SHA-256 <code>${dataset.sha256}</code>` : ''}.
        </footer>
      </body>
    </html> `
  return page.source
}

/** The best first: losses ascending, accuracies descending. */
function ranking({ comparison, metric, baseline, sample, at }: Comparison): Markup {
  const sign = metric === 'loss' ? 1 : -1
  const value = (row: ComparisonRow) => row.measured?.mean ?? sign * Infinity
  const rows = comparison.toSorted((a, b) => sign * (value(a) - value(b)))
  const unit = metric === 'loss' ? `nats per ${sample}` : 'share of images'
  const place = typeof at === 'number' ? `after step ${at}` : at
  return html`<div class="scroll">
      <table>
        <tr>
          <th>variant</th>
          <th class="number">${place} validation ${metric}<br /><span class="unit">${unit}</span></th>
          <th class="number">difference<br /><span class="unit">from the baseline</span></th>
          <th class="number">p (Holm)</th>
          <th class="number">seeds</th>
          <th class="number">parameters</th>
          <th class="number">seconds</th>
        </tr>
        ${rows.map(
          (row) =>
            html`<tr>
              <td class="wide">${row.name}</td>
              ${cellsOf(row, row.attention === baseline).map((cell) => html`<td class="number">${cell}</td>`)}
            </tr>`,
        )}
      </table>
    </div>
    <p class="note">
      Below each mean its 95 % interval (Student t over seeds). Differences are paired by seed; p of the
      paired t test, adjusted for all variants (Holm).
    </p>`
}

function cellsOf(row: ComparisonRow, isBaseline: boolean): (Markup | string)[] {
  const { measured, differenceFromBaseline: difference, effort } = row
  const below = (text: string, ends: readonly [number, number] | null, write: (value: number) => string) =>
    ends ? html`${text}<br /><span class="unit">${write(ends[0])} to ${write(ends[1])}</span>` : text
  return [
    measured ? below(withSpread(measured), measured.ci95, fixed) : unknown,
    isBaseline ? 'baseline' : difference ? below(signed(difference.mean), difference.ci95, signed) : unknown,
    typeof difference?.pHolm === 'number' ? number(difference.pHolm, 3) : unknown,
    String(row.seeds.length),
    effort.parameters === null ? unknown : effort.parameters.toLocaleString('en-US'),
    effort.seconds === null ? unknown : number(effort.seconds, 3),
  ]
}

const number = (value: number, digits: number): string => String(Number(value.toPrecision(digits)))
const fixed = (value: number): string => value.toFixed(4)
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${fixed(Math.abs(value))}`
const withSpread = ({ mean, sd }: { mean: number; sd: number | null }): string =>
  fixed(mean) + (sd === null ? '' : ` ± ${fixed(sd)}`)

/** What all runs have in common; a value that differs names each variant's. */
function configurationList({ runs, data }: Subject, nameOf: (attention: string) => string): Markup {
  const keys = Object.keys(runs[0]?.configuration ?? {}) as ConfigurationKey[]
  return html`<dl class="settings">
    ${keys
      .filter((key) => appliesTo(data, key))
      .map(
        (key) =>
          html`<div>
            <dt>${key}</dt>
            <dd>${valuesOf(runs, key, nameOf)}</dd>
          </div>`,
      )}
  </dl>`
}

function valuesOf(
  runs: readonly Run[],
  key: ConfigurationKey,
  nameOf: (attention: string) => string,
): string {
  const byValue = new Map<string, Set<string>>()
  for (const { configuration, attention } of runs) {
    const set = configuration[key]
    const value = typeof set === 'string' && !/^\S+$/.test(set) ? JSON.stringify(set) : String(set)
    byValue.set(value, (byValue.get(value) ?? new Set()).add(nameOf(attention)))
  }
  if (byValue.size === 1) return [...byValue.keys()][0]!
  return [...byValue].map(([value, variants]) => `${value} (${[...variants].join(', ')})`).join('; ')
}

function provenanceTable({ runs, dataset }: Subject, nameOf: (attention: string) => string): Markup {
  const versions = [
    ...new Set(
      runs.map((run) =>
        Object.entries(run.versions)
          .map((entry) => entry.join(' '))
          .join(', '),
      ),
    ),
  ]
  return html`<div class="scroll">
      <table>
        <tr>
          <th>run</th>
          <th>variant</th>
          <th class="number">seed</th>
          <th>state</th>
          <th class="number">steps</th>
          <th class="number">best loss</th>
          <th>device</th>
          <th>configuration SHA-256</th>
        </tr>
        ${runs.map(
          (run) =>
            html`<tr>
              <td><code>${run.id}</code></td>
              <td class="wide">${nameOf(run.attention)}</td>
              <td class="number">${run.seed}</td>
              <td>${run.state}</td>
              <td class="number">${run.step.toLocaleString('en-US')}</td>
              <td class="number">${run.bestValidation ? fixed(run.bestValidation.loss) : unknown}</td>
              <td class="wide">
                ${run.deviceDescription ?? run.device ?? unknown}${run.threads ? `, threads ${run.threads}` : ''}
              </td>
              <td><code>${provenanceOf(run, dataset).configurationSha256?.slice(0, 16) ?? unknown}</code></td>
            </tr>`,
        )}
      </table>
    </div>
    <p class="note">Versions: ${versions.join('; ')}.</p>`
}
