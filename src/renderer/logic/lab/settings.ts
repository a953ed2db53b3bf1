/** What the lab derives: the options of a derivation as fields, and the command that gives the same numbers. */
import {
  derivationSettingsSchema,
  tokenSourceSchema,
  type DerivationSettings,
} from '../../../shared/derivation.ts'
import { controlOf, type Control } from '../axes.ts'

/** The options that are a number, a choice or a switch, in the order of the form. */
export const labFields = [
  ...(['count', 'scale', 'steps'] as const),
  ...(['norm', 'normPlacement', 'residual', 'stepSize'] as const),
  ...(['weights', 'initialDeviation', 'mlpRatio', 'seed', 'components', 'beta'] as const),
] as const
export type LabField = (typeof labFields)[number]

const fields = derivationSettingsSchema.shape
const images = tokenSourceSchema.options[1].shape

/** Whether a field decides anything beside the others: random weights, a norm, tokens of more than two dimensions. */
export function isUsed(field: LabField, { norm, weights, source }: DerivationSettings): boolean {
  if (field === 'normPlacement') return norm !== 'none'
  if (field === 'initialDeviation' || field === 'mlpRatio') return weights === 'random'
  return field !== 'components' || source.kind === 'images'
}

export const labControl = (field: LabField): Control => controlOf(fields[field])
export const labMeaning = (field: LabField): string => meanings[field] ?? fields[field].description ?? ''
export const widthControl: Control = controlOf(images.width)
export const widthMeaning = 'channels of a token; 0: its pixels'

/** Shorter than in the schema where the form says the rest. */
const meanings: Partial<Record<LabField, string>> = {
  count: 'points, or images',
  scale: 'size of a coordinate at step 0',
  steps: 'times that the variant is applied',
  norm: 'without scale and bias',
  normPlacement: 'before attention, or after a step',
  residual: 'whether x itself is kept',
  stepSize: 's of x + s F(x)',
  weights: 'identity, or an untrained block',
  initialDeviation: 'of random maps; 0: 1/√(3 · inputs)',
  mlpRatio: 'MLP by width; 0: none',
  seed: 'of points, images, projection, weights',
  components: 'dimensions that are compared',
  beta: 'β of the stationary tokens',
}

export const initialSettings = (): DerivationSettings =>
  derivationSettingsSchema.parse({ source: { kind: 'points', shape: 'clusters' } })

/** The settings with one field set; as they were where the value is not one of it. */
export function withField(settings: DerivationSettings, field: LabField, value: unknown): DerivationSettings {
  const { success, data } = derivationSettingsSchema.safeParse({ ...settings, [field]: value })
  return success ? data : settings
}

/** As it is typed: what is as usual is left out. */
export function labCommand(attentions: readonly string[], settings: DerivationSettings): string {
  const usual = initialSettings()
  const { source } = settings
  const ofSource =
    source.kind === 'points'
      ? [`--points ${source.shape}`]
      : [`--dataset ${source.dataset}`, ...(source.width === 64 ? [] : [`--width ${source.width}`])]
  const changed = labFields.filter((field) => settings[field] !== usual[field])
  const ofFields = changed.map((field) =>
    field === 'residual' ? '--no-residual' : `--${hyphenated(field)} ${settings[field]}`,
  )
  return ['derive', `--attention ${attentions.join(',')}`, ...ofSource, ...ofFields].join(' ')
}
/** "normPlacement" -> "norm-placement". */
const hyphenated = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
