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
