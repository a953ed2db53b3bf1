/** What can be exported, as a person chooses it. docs/exports.md describes the formats. */
import { experimentFormats, weightFormats, type ExportFormat } from '../../shared/exports.ts'

export interface ExportChoice {
  format: ExportFormat
  name: string
  meaning: string
  /** Whether it holds the weights of a checkpoint. */
  hasWeights: boolean
}

const texts: readonly (readonly [ExportFormat, string, string])[] = [
  ['report', 'Report', 'One page with sentences, curves, configuration and provenance; opens in any browser'],
  ['charts', 'Charts', 'The curves of the report, each as drawing (SVG) and picture (PNG)'],
  ['csv', 'CSV', 'Series, statistics and comparison as one long table, for spreadsheets and pandas'],
  ['json', 'JSON', 'The same as one document, with every setting, for programs'],
  ['tensorboard', 'TensorBoard', 'Event files, a folder per run'],
  ['safetensors', 'Safetensors', 'Weights with the names and shapes of nanoGPT, and config.json'],
  ['onnx', 'ONNX', 'The model itself, of standard operators, for ONNX Runtime'],
  ['archive', 'Archive', 'The whole experiment with its checkpoints, for another machine'],
]

/** What there is to choose of a run, or of an experiment. */
export const exportChoices = (kind: 'run' | 'experiment'): ExportChoice[] =>
  texts
    .filter(([format]) => kind === 'experiment' || !experimentFormats.has(format))
    .map(([format, name, meaning]) => ({ format, name, meaning, hasWeights: weightFormats.has(format) }))
