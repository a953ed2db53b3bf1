/** Applies attention variants again and again to one cloud of tokens, and measures every step. */
import type { AttentionAxes } from '../../shared/attention.ts'
import type { DerivationStep, DerivedVariant } from '../../shared/derivation.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Device } from '../engine/program.ts'
import type { StepSettings } from './block.ts'
import { standardised, type Cloud, type LabelledCloud } from './cloud.ts'
import { measuring, type Measure, type MeasuringSettings } from './measuring.ts'
import { compileStep } from './step.ts'

export interface NamedAxes {
  readonly id: string
  readonly axes: AttentionAxes
  /** Whether the block is left with its MLP alone: what attention reads is computed, and not added. */
  readonly mlpOnly?: boolean
}

export interface DeriveOptions {
  readonly variants: readonly NamedAxes[]
  readonly tokens: LabelledCloud
  /** Root mean square of a coordinate of the first tokens, which are centred. */
  readonly scale: number
  readonly steps: number
  readonly settings: StepSettings & MeasuringSettings
}

/** @throws WorkbenchError invalid-request as block.ts, and where tokens have fewer channels than components are wanted */
export async function derive(device: Device, options: DeriveOptions): Promise<DerivedVariant[]> {
  const { tokens, scale, settings, variants } = options
  if (tokens.width < settings.components)
    throw new WorkbenchError(
      'invalid-request',
      `The tokens have ${tokens.width} channels, and ${settings.components} components were wanted.`,
      `Ask for at most ${tokens.width}, or for images with more channels.`,
    )
  const first = standardised(tokens, scale)
  const measure = measuring(first, tokens.labels, settings)
  const derived: DerivedVariant[] = []
  for (const variant of variants)
    derived.push({ attention: variant.id, ...(await repeat(device, variant, first, measure, options)) })
  return derived
}

async function repeat(
  device: Device,
  variant: NamedAxes,
  first: Cloud,
  measure: Measure,
  { steps, settings }: DeriveOptions,
): Promise<Omit<DerivedVariant, 'attention'>> {
  const { count, width } = first
  const step = await compileStep(device, variant, [count, width], settings)
  try {
    const measured: DerivationStep[] = []
    let measureStep: ReturnType<Measure> | undefined
    let before: Cloud | null = null
    let cloud = first
    for (let index = 0; index <= steps; index++) {
      const { next, pattern, meanLogZ, dirichletEnergy } = await step.run(cloud.values)
      if (!Number.isFinite(meanLogZ) || !Number.isFinite(dirichletEnergy))
        return { steps: measured, overflowed: true }
      measureStep ??= measure({ rows: count, columns: count, numbers: pattern })
      measured.push({ step: index, ...measureStep(before, cloud), meanLogZ, dirichletEnergy })
      before = cloud
      cloud = { ...cloud, values: next }
    }
    return { steps: measured, overflowed: false }
  } finally {
    await step.release()
  }
}
