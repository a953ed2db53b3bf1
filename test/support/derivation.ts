/** A step of a derivation of which little was measured, and settings as they are where nothing is set. */
import {
  derivationSettingsSchema,
  derivationStepSchema,
  type DerivationSettings,
  type DerivationStep,
} from '../../src/shared/derivation.ts'

const nothing = Object.fromEntries(Object.keys(derivationStepSchema.shape).map((key) => [key, null]))

export const stepOf = (step: number, some: Partial<DerivationStep> = {}): DerivationStep =>
  derivationStepSchema.parse({
    ...nothing,
    ...{ step, positions: [[0, step]], totalVariance: 2, meanLogZ: 1, dirichletEnergy: 0 },
    ...some,
  })

export const settingsOf = (some: Partial<DerivationSettings> = {}): DerivationSettings =>
  derivationSettingsSchema.parse({ source: { kind: 'points', shape: 'ring' }, ...some })
