/**
 * What is measured of hidden states as a run trains, as every side speaks of it. What the statistics are is in
 * catalogue/statistics.ts, what computes them in src/main/statistics.
 */
import './without-eval.ts'
import { z } from 'zod'
import { statistics } from './catalogue/statistics.ts'
import type { Statistic } from './catalogue/statistics/statistic.ts'

/** A value of a statistic at a place in the model. */
export const measurementSchema = z.object({
  step: z.number().int().describe('optimiser steps done when it was measured'),
  layer: z.number().int().min(0).nullable().describe('block, from 0; null for what belongs to none'),
  tap: z
    .string()
    .describe(
      'where in the block, as TransformerLens names it, without the block: hook_resid_post, ln1.hook_normalized, attn.hook_pattern; attn for heads together, block for training',
    ),
  head: z.number().int().min(0).nullable().describe('head, from 0; null for what belongs to none'),
  statistic: z.string().describe('id in the catalogue'),
  value: z.number().nullable().describe('null where the statistic is not defined for what it was given'),
})
export type Measurement = z.infer<typeof measurementSchema>

/** Measurements to choose: what is absent may be anything, and null asks for what belongs to no layer or head. */
export const measurementFilterSchema = z.object({
  statistic: measurementSchema.shape.statistic.optional(),
  tap: measurementSchema.shape.tap.optional(),
  layer: measurementSchema.shape.layer.optional(),
  head: measurementSchema.shape.head.optional(),
  step: measurementSchema.shape.step.optional(),
})
export type MeasurementFilter = z.infer<typeof measurementFilterSchema>

/** What was measured of some runs, and where. */
export const measuredSchema = z.object({
  steps: z.array(measurementSchema.shape.step).describe('ascending'),
  statistics: z
    .array(
      measurementSchema.pick({ statistic: true, tap: true }).extend({
        layers: z.array(measurementSchema.shape.layer).describe('ascending, none first'),
        heads: z.array(measurementSchema.shape.head).describe('ascending, none first'),
      }),
    )
    .describe('each statistic at each tap, in the order of the catalogue'),
})
export type Measured = z.infer<typeof measuredSchema>

/** How the heads of a layer enter a comparison: their mean within every run, or each for itself. */
export const headChoices = ['mean', 'each'] as const
export const headChoiceSchema = z.enum(headChoices)
export type HeadChoice = z.infer<typeof headChoiceSchema>

/** One statistic of one variant at one place and step, over the seeds of an experiment. */
export const statisticComparisonSchema = measurementSchema.omit({ statistic: true, value: true }).extend({
  attention: z.string().describe('id of the variant'),
  heads: z.number().int().describe('how many heads the value of a run is the mean of; 0 where it is of none'),
  count: z.number().int().describe('seeds whose value is defined: those that enter'),
  mean: z.number().nullable().describe('null where no value is defined'),
  sd: z.number().nullable().describe('sample standard deviation over seeds; null below two seeds'),
  ci95: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('Student t interval of the mean; null below two seeds'),
})
export type StatisticComparison = z.infer<typeof statisticComparisonSchema>

/** An evaluation whose attention maps and hidden states a run keeps. */
export const probeSizeSchema = z.object({
  step: measurementSchema.shape.step,
  bytes: z.number().int().describe('as it is kept, compressed'),
})
export type ProbeSize = z.infer<typeof probeSizeSchema>

/** The most that an answer carries of the numbers of a probe, in bytes. */
export const longestAnswerBytes = 32_000_000

export const probeSchema = z.object({
  step: measurementSchema.shape.step,
  tensors: z
    .array(
      z.object({
        name: z.string().describe('tap with its block: blocks.2.attn.hook_pattern'),
        shape: z.array(z.number().int()),
        numbers: z
          .string()
          .nullable()
          .describe(
            'base64 of the float32 numbers, little-endian; null where they were not asked for or are too many',
          ),
      }),
    )
    .describe('all that is kept of the evaluation'),
})
export type ProbeRecord = z.infer<typeof probeSchema>

/** A row of the catalogue. */
export const statisticSchema: z.ZodType<Statistic> = z.object({
  id: z.string(),
  name: z.string(),
  family: z.string().describe('heading under which it is listed'),
  formula: z.string().describe('TeX'),
  meaning: z.string().describe('one line'),
  range: z.string(),
  neutral: z
    .number()
    .optional()
    .describe('the value between two opposite readings; absent where there is none'),
  reading: z.string().describe('what small and large values say'),
  caveat: z.string().nullable(),
  source: z.string(),
  of: z.enum(['tokens', 'sequences', 'branch', 'attention', 'heads', 'pair', 'labels', 'training']),
  profile: z.enum(['light', 'full']),
  units: z.string(),
})

export const statisticProfiles = ['none', 'light', 'full'] as const
export type StatisticProfile = (typeof statisticProfiles)[number]

const isProfile = (name: string): name is StatisticProfile =>
  (statisticProfiles as readonly string[]).includes(name)

/**
 * What the value `statistics` of a configuration names: profiles and ids of statistics, separated by commas
 * (`light,partition-isotropy` is the light ones and one more). `chosen` is in the order of the catalogue.
 */
export function chosenStatistics(selection: string): { chosen: Statistic[]; unknown: string[] } {
  const names = selection.split(',').map((name) => name.trim())
  const isChosen = ({ id, profile }: Statistic) =>
    names.includes(id) || names.includes('full') || (profile === 'light' && names.includes('light'))
  return {
    chosen: statistics.filter(isChosen),
    unknown: names.filter((name) => !isProfile(name) && statistics.every(({ id }) => id !== name)),
  }
}
