/** The objective of a run, by the kind of its data. */
import type { TrainingTask } from '../messages.ts'
import { languageObjective } from './language.ts'
import type { Objective } from './objective.ts'
import { visionObjective } from './vision.ts'

/** @throws WorkbenchError dataset-damaged, or invalid-request where data and model do not suit each other */
export const openObjective = (task: TrainingTask): Objective =>
  task.dataset.kind === 'text' ? languageObjective(task, task.dataset) : visionObjective(task, task.dataset)
