/** What the sampled texts of an experiment begin with, decided when it is planned. */
import type { TextDataset } from '../../shared/experiment.ts'
import { readVocabulary } from '../datasets/format.ts'
import { characterTokenizer } from '../datasets/tokenizers/character.ts'

/**
 * A prompt that the tokenizer of a text knows. What a person `chose` must be one. That of a recipe, which was written
 * without knowing the text, gives way to the first character of the text where it is not.
 * @param folder of the dataset in the library
 * @throws WorkbenchError invalid-request that names the character, dataset-damaged
 */
export function promptFor(
  { preview }: Pick<TextDataset, 'preview'>,
  folder: string,
  { chosen, recipe }: { chosen: string | undefined; recipe: string },
): string {
  const characters = readVocabulary(folder)
  if (chosen !== undefined) {
    characterTokenizer(characters).encode(chosen)
    return chosen
  }
  const known = new Set(characters)
  return [...recipe].every((character) => known.has(character)) ? recipe : [...preview][0]!
}
