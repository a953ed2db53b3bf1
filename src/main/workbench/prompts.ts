/** What the sampled texts of an experiment begin with, decided when it is planned. */
import { recipes } from '../../shared/catalogue/recipes.ts'
import type { ExperimentRequest } from '../../shared/contract.ts'
import type { Dataset } from '../../shared/experiment.ts'
import { readVocabulary } from '../datasets/format.ts'
import { characterTokenizer } from '../datasets/tokenizers/character.ts'

/**
 * The request with a prompt that the tokenizer of its text knows. What a person chose must be one. That of a recipe,
 * which was written without knowing the text, gives way to the first character of the text where it is not.
 * @param folder of the dataset in the library
 * @throws WorkbenchError invalid-request that names the character, dataset-damaged
 */
export function withPrompt(request: ExperimentRequest, dataset: Dataset, folder: string): ExperimentRequest {
  const recipe = recipes.find((candidate) => candidate.id === request.recipe)
  if (dataset.kind !== 'text' || !recipe) return request // what does not fit together is refused by the planning
  const characters = readVocabulary(folder)
  const chosen = request.overrides.samplePrompt
  if (chosen !== undefined) {
    characterTokenizer(characters).encode(chosen)
    return request
  }
  const known = new Set(characters)
  if ([...recipe.configuration.samplePrompt].every((character) => known.has(character))) return request
  return { ...request, overrides: { ...request.overrides, samplePrompt: [...dataset.preview][0]! } }
}
