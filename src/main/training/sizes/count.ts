/** How many values the model of a run trains, before it is trained: the sum of the sizes of its parameters. */
import type { AttentionAxes } from '../../../shared/attention.ts'
import type { Dataset, RunConfiguration } from '../../../shared/experiment.ts'
import { parameterCount } from '../../model/parameters.ts'
import { languageModel } from '../../model/transformer.ts'
import { visionTransformer } from '../../model/visionTransformer.ts'

export interface PlannedModel {
  readonly configuration: RunConfiguration
  readonly axes: AttentionAxes
}

/** @throws WorkbenchError invalid-request where the sizes do not fit each other */
export function countParameters({ configuration, axes }: PlannedModel, dataset: Dataset): number {
  if (dataset.kind === 'text')
    return parameterCount(
      languageModel({ ...configuration, vocabulary: dataset.vocabulary }, axes).parameters,
    )
  const { height, width, channels, classes } = dataset
  const sizes = { imageHeight: height, imageWidth: width, channels, classes }
  return parameterCount(visionTransformer({ ...configuration, ...sizes }, axes).parameters)
}
