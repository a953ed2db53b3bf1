/** The answer to a question about a checkpoint, by the kind of data that its run trained on. */
import type { Prediction, SampledText } from '../../../shared/contract.ts'
import { classify } from './classes.ts'
import type { Question } from './messages.ts'
import { continueText } from './text.ts'

/**
 * @param onText hears a text grow, one token at a time
 * @throws WorkbenchError no-checkpoint, dataset-damaged, wrong-kind, device-unavailable; invalid-request for a prompt,
 *   diverged for weights that are not finite, and what is wrong with an image
 */
export async function answer(
  question: Question,
  onText: (text: string) => void,
): Promise<SampledText | Prediction> {
  const { wanted } = question
  return wanted.kind === 'text' ? continueText(question, wanted, onText) : classify(question, wanted)
}
