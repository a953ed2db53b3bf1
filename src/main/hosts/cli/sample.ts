/** sample: a text continued by the checkpoint of a language model, printed as it grows. */
import type { SampleRequest } from '../../../shared/contract.ts'
import { onItsLines, printDocument } from './output.ts'
import { orInterrupted, withWorkbench, exitCodes, type ExitCode } from './session.ts'

export interface SampleOptions extends Omit<SampleRequest, 'run' | 'request'> {
  home?: string
  json?: boolean
}

export function sample(run: string, { home, json, ...wanted }: SampleOptions): Promise<ExitCode> {
  return withWorkbench(home === undefined ? {} : { home }, async (workbench, signal) => {
    const { api } = workbench
    const request = { run, ...wanted }
    if (json) {
      printDocument({ sample: await orInterrupted(api.sampleRun(request), signal) })
      return exitCodes.done
    }
    let printed = false
    const write = (text: string) => process.stdout.write(onItsLines(text))
    const prompt = wanted.prompt ?? (await api.showRun({ id: run })).configuration.samplePrompt
    const unsubscribe = api.subscribe('sampleProgress', ({ text }) => {
      if (!printed) write(prompt)
      printed = true
      write(text)
    })
    try {
      await orInterrupted(api.sampleRun({ ...request, request: 'command line' }), signal)
    } finally {
      unsubscribe()
      if (printed) process.stdout.write('\n')
    }
    return exitCodes.done
  })
}
