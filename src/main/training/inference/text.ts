/** A text continued by the checkpoint of a language model. */
import type { SampledText } from '../../../shared/contract.ts'
import { readTokenizer } from '../../datasets/tokenizers/index.ts'
import { openDevice } from '../../engine/devices/index.ts'
import { languageModel } from '../../model/transformer.ts'
import { createSampler, samplingProgram } from '../sampling.ts'
import { loadCheckpoint, weightsIn } from './checkpoint.ts'
import type { Question, WantedText } from './messages.ts'

export async function continueText(
  question: Question,
  { kind: _, prompt, tokens, seed, ...choice }: WantedText,
  onText: (text: string) => void,
): Promise<SampledText> {
  const { configuration, axes, datasetFolder, device: where, threads } = question
  const tokenizer = readTokenizer(datasetFolder)
  const prompted = tokenizer.encode(prompt)
  const { run, checkpoint: which } = question
  const checkpoint = await loadCheckpoint(question.checkpoints, which, question)
  const model = languageModel({ ...configuration, vocabulary: tokenizer.size }, axes)
  const weights = weightsIn(checkpoint, model, question)
  const { device } = await openDevice(where, threads, samplingProgram(model, configuration.context))
  const sampler = await createSampler(device, model, configuration.context)
  const state = device.createState(weights)
  const decoding = tokenizer.decoding(prompted)
  let text = ''
  const say = (added: string) => {
    text += added
    if (added !== '') onText(added)
  }
  for await (const token of sampler.continuation(state, { prompt: prompted, tokens, seed, ...choice })) {
    say(decoding.push(token))
  }
  say(decoding.end())
  await state.release()
  return { run, checkpoint: which, step: checkpoint.step, prompt, text, seed, ...choice }
}
