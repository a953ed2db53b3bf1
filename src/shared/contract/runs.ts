/** Runs and the queue: what is recorded of a run, and what can be done with it. */
import { z } from 'zod'
import { experimentSchema, logLineSchema, runSchema } from '../experiment.ts'
import {
  batchSchema,
  cloneRequestSchema,
  concurrencySchema,
  prioritySchema,
  queueSchema,
  runLabelSchema,
} from '../queue.ts'
import { call, id } from './common.ts'

export const checkpointSchema = z.object({
  file: z.string().describe('in the folder of the run, below runs/ in the home'),
  kind: z
    .enum(['regular', 'best'])
    .describe('what it continues from, or the weights with the lowest validation loss'),
  step: z.number().int().nullable().describe('optimiser steps done; null where it is not known'),
  bytes: z.number().int(),
  writtenAt: z.string().describe('ISO 8601, UTC'),
})
export type CheckpointRecord = z.infer<typeof checkpointSchema>

export const runCalls = {
  listRuns: call(z.object({}), z.array(runSchema)),
  showRun: call(z.object({ id }), runSchema),
  /** The checkpoints that a run has on the disk, by step; the best is a copy of the weights alone. */
  listCheckpoints: call(z.object({ run: id }), z.array(checkpointSchema)),
  /** What a run went through, in order: its states and why, what its trainer did and wrote, its alerts. */
  readLog: call(z.object({ id }), z.array(logLineSchema)),
  stopRun: call(z.object({ id }), runSchema),
  /** Ends a run after its current step, to go on later; takes one that waits out of the queue. */
  pauseRun: call(z.object({ id }), runSchema),
  /** Queues a run again that did not finish; it continues from its last checkpoint, or starts anew without one. */
  resumeRun: call(
    z.object({
      id,
      fromStart: z.boolean().optional().describe('forget what was recorded, and its checkpoints'),
    }),
    runSchema,
  ),
  /** Starts a run again with other values, as an experiment of its own. */
  cloneRun: call(cloneRequestSchema, z.object({ experiment: experimentSchema, runs: z.array(runSchema) })),
  readQueue: call(z.object({}), queueSchema),
  /** Puts a run that waits at a place of the queue, 0 is the first; it takes on the priority of that place. */
  moveRun: call(z.object({ id, position: z.number().int().min(0) }), queueSchema),
  /** Queued runs with a higher priority start first. */
  setPriority: call(z.object({ id, priority: prioritySchema }), runSchema),
  /** How many runs share the cores; null: automatic. Runs keep the threads that they began with. */
  setConcurrency: call(z.object({ concurrency: concurrencySchema }), queueSchema),
  labelRun: call(z.object({ id, ...runLabelSchema.shape }), runSchema),
  /** The very samples that a step of a run was, or will be, fed. */
  readBatch: call(z.object({ run: id, step: z.number().int().min(0) }), batchSchema),
} as const
