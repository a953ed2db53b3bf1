/** What the sampled texts of an experiment begin with, decided when it is planned. */
import { recipes } from '../../shared/catalogue/recipes.ts'
import type { ExperimentRequest } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { Dataset } from '../../shared/experiment.ts'
import { readTokenizer } from '../datasets/tokenizers/index.ts'

/**
 * The request with a prompt that the tokenizer of its text knows. What a person chose must be one. That of a recipe,
 * which was written without knowing the text, gives way to the first character of the text where it is not.
 * @param folder of the dataset in the library
 * @throws WorkbenchError invalid-request that names the character, dataset-damaged
 */
export function withPrompt(request: ExperimentRequest, dataset: Dataset, folder: string): ExperimentRequest {
  const recipe = recipes.find((candidate) => candidate.id === request.recipe)
  if (dataset.kind !== 'text' || !recipe) return request // what does not fit together is refused by the planning
  const { encode } = readTokenizer(folder, dataset)
  const chosen = request.overrides.samplePrompt
  if (chosen !== undefined) {
    if (encode(chosen).length > 0) return request
    throw new WorkbenchError(
      'invalid-request',
      `The tokenizer of "${dataset.name}" makes no token of the prompt ${JSON.stringify(chosen)}.`,
      'Begin with a word of the text.',
    )
  }
  const isPossible = (prompt: string) => {
    try {
      return encode(prompt).length > 0
    } catch (error) {
      if (error instanceof WorkbenchError) return false
      throw error
    }
  }
  if (isPossible(recipe.configuration.samplePrompt)) return request
  const samplePrompt = [...dataset.preview].find(isPossible) ?? dataset.preview
  return { ...request, overrides: { ...request.overrides, samplePrompt } }
}
