/**
 * The migrations in order: entry k takes a database from version k to version k + 1. A released entry never
 * changes again; a new idea is a new entry, and schema.sql beside this folder shows the sum of them.
 */
import { experimentsRunsPoints } from './0001-experiments-runs-points.ts'
import { alertsDropout } from './0002-alerts-dropout.ts'
import { axesImages } from './0003-axes-images.ts'
import { samplesConfusions } from './0004-samples-confusions.ts'
import { statisticsProbes } from './0005-statistics-probes.ts'
import { queueRecordLabels } from './0006-queue-record-labels.ts'
import { references } from './0007-references.ts'
import { operations } from './0008-operations.ts'
import { log } from './0009-log.ts'

export const migrations: readonly string[] = [
  experimentsRunsPoints,
  alertsDropout,
  axesImages,
  samplesConfusions,
  statisticsProbes,
  queueRecordLabels,
  references,
  operations,
  log,
]
