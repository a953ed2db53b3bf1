/** Asking a trained model: to continue a text, to classify images. */
import { z } from 'zod'
import { confusionMatrixSchema, deviceChoiceSchema, runConfigurationSchema } from '../experiment.ts'
import { seedSchema } from '../seed.ts'
import { call, givenSchema, id, mostUploads } from './common.ts'

/** What is asked of a trained model, in a process of its own. */
const modelRequest = {
  run: id,
  checkpoint: z
    .enum(['best', 'last'])
    .optional()
    .describe('the weights with the lowest validation loss, or the latest that were kept; absent: best'),
  device: deviceChoiceSchema.optional().describe('where it runs; absent: where the run trained'),
}
const { samplePrompt, temperature, topK } = runConfigurationSchema.shape

export const sampleRequestSchema = z.object({
  ...modelRequest,
  /** What is absent is as the run's own samples have it. */
  prompt: samplePrompt.optional(),
  tokens: z.number().int().min(1).max(100_000).optional().describe('after the prompt'),
  temperature: temperature.optional(),
  topK: topK.optional(),
  seed: seedSchema.optional().describe('of the draws; absent: 0, as in the samples of runs'),
  request: id.optional().describe('chosen by who asks: names the sampleProgress of this text'),
})
export type SampleRequest = z.infer<typeof sampleRequestSchema>

/** Where a model's answer is from. */
const answered = {
  run: z.string(),
  checkpoint: z.enum(['best', 'last']),
  step: z.number().int().describe('optimiser steps of that checkpoint'),
}
export const sampledTextSchema = z.object({
  ...answered,
  prompt: z.string(),
  text: z.string().describe('what follows the prompt'),
  seed: seedSchema,
  temperature,
  topK,
})
export type SampledText = z.infer<typeof sampledTextSchema>

export const predictionRequestSchema = z.object({
  ...modelRequest,
  images: z
    .array(givenSchema)
    .max(mostUploads)
    .describe('image files, folders of them, IDX files or arrays of numpy; none: the validation split'),
})
export type PredictionRequest = z.infer<typeof predictionRequestSchema>

const recognitionSchema = z.object({
  loss: z.number().describe('cross entropy in nats per image'),
  accuracy: z.number().describe('share of images whose class was predicted'),
  classNames: z.array(z.string()),
  counts: confusionMatrixSchema.shape.counts,
})
/** How well images were recognised whose class is known. */
export type Recognition = z.infer<typeof recognitionSchema>

export const predictionSchema = z.object({
  ...answered,
  predictions: z.array(
    z.object({
      path: z
        .string()
        .describe('as it was given; the name of an upload; of an array with the place: x_test[3]'),
      class: z.string(),
      probabilities: z.record(z.string(), z.number()).describe('by the name of the class'),
      label: z.string().nullable().describe('the class that the input says it is of; null where it does not'),
    }),
  ),
  validation: recognitionSchema.nullable().describe('of the validation split; null where images were named'),
  labelled: recognitionSchema
    .nullable()
    .describe('of the named images that have a label; null where none has'),
})
export type Prediction = z.infer<typeof predictionSchema>

export const inferenceCalls = {
  /** Continues a text with a checkpoint of a language model. Given up when the window that asked goes away. */
  sampleRun: call(sampleRequestSchema, sampledTextSchema),
  /** Classifies images with a checkpoint of a vision transformer. Given up like sampleRun. */
  predictRun: call(predictionRequestSchema, predictionSchema),
} as const
