/** What there is to choose from: variants, recipes, samples, statistics, devices. And variants applied without learning. */
import { z } from 'zod'
import { attentionAxesSchema, ownVariantSchema } from '../attention.ts'
import { derivationRequestSchema, derivationSchema } from '../derivation.ts'
import { datasetKinds, runConfigurationSchema } from '../experiment.ts'
import { statisticSchema } from '../statistics.ts'
import { call, id } from './common.ts'

export const variantSchema = z.object({
  id: z.string(),
  name: z.string(),
  family: z.string().describe('heading under which it is listed'),
  formula: z.string().describe('TeX'),
  meaning: z.string().describe('one line'),
  parameters: z.string().describe('what it learns beyond standard attention, with the initial values'),
  reduction: z.string().describe('when exactly it equals standard attention'),
  invariant: z.string().describe('a property that its output always has, and that the tests check'),
  source: z.string(),
  axes: attentionAxesSchema,
  futureLeak: z.string().nullable().describe('why a causal model refuses it; null where it does not'),
  own: z.boolean().describe('whether it is from a file of the person rather than from the catalogue'),
})
export type Variant = z.infer<typeof variantSchema>

export const recipeSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(datasetKinds),
  description: z.string(),
  source: z.string(),
  target: z.string().describe('the number it should reach, and where that number is from'),
  configuration: runConfigurationSchema,
})
export type Recipe = z.infer<typeof recipeSchema>

export const sampleSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(datasetKinds),
  files: z.array(z.string()).describe('in resources/samples'),
  sha256: z.string().describe('of the dataset that they become'),
  description: z.string(),
  attribution: z.string(),
})
export type Sample = z.infer<typeof sampleSchema>

export const catalogueSchema = z.object({
  variants: z.array(variantSchema),
  recipes: z.array(recipeSchema),
  samples: z.array(sampleSchema),
  statistics: z.array(statisticSchema),
  problems: z.array(z.string()).describe('what is wrong with files of own variants that could not be used'),
})
export type Catalogue = z.infer<typeof catalogueSchema>

export const deviceReportSchema = z.object({
  id: z.string(),
  available: z.boolean(),
  reason: z.string().optional().describe('why it is not available, and what would make it so'),
  description: z.string().optional(),
})
export type DeviceReport = z.infer<typeof deviceReportSchema>

export const catalogueCalls = {
  readCatalogue: call(z.object({}), catalogueSchema),
  listDevices: call(z.object({}), z.array(deviceReportSchema)),
  /** Adds a combination of axes under a name of its own, or replaces the person's earlier one of that name. */
  saveVariant: call(ownVariantSchema, variantSchema),
  removeVariant: call(z.object({ id }), z.object({})),
  /** Applies variants with identity weights to a cloud of tokens, and measures every step. */
  derive: call(derivationRequestSchema, derivationSchema),
  /** Ends a derivation, which then fails with `interrupted`; of no effect where it has ended. */
  cancelDerivation: call(z.object({ request: id }), z.object({})),
} as const
