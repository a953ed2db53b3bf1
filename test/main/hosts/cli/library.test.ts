/** dataset show, health, rename, tag; and an import that is interrupted. */
import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { healthSchema } from '../../../../src/shared/health.ts'
import { contentOf, runCli, runJson, startCli, temporaryFolder } from './cli.ts'

const files = temporaryFolder()
const sentence = 'To be, or not to be, that is the question.\n'

it('names, tags and examines a dataset', async () => {
  const home = temporaryFolder()
  const poem = path.join(files, 'poem.txt')
  fs.writeFileSync(poem, `${sentence.repeat(60)}\u0007${sentence}`)
  const { id } = (await runJson(home, 'import', poem)).document.dataset as { id: string }
  await runCli(home, 'dataset', 'rename', id, 'Hamlet')
  expect((await runJson(home, 'dataset', 'tag', id, 'prose', 'short')).document.dataset).toMatchObject({
    id,
    name: 'Hamlet',
    tags: ['prose', 'short'],
  })
  const { stdout } = await runCli(home, 'dataset', 'show', id)
  expect(stdout).toMatch(/name +Hamlet\ntags +prose, short\n/)
  const { document } = await runJson(home, 'dataset', 'health', id)
  const { findings } = healthSchema.parse(document.health)
  expect(findings.map(({ code }) => code)).toContain('validation-in-training')
  expect((await runCli(home, 'dataset', 'health', id)).stdout).toContain(
    'warning  The text has 1 control character: U+0007 once.',
  )
})

it('leaves nothing of an import that Ctrl-C ends', async () => {
  const home = temporaryFolder()
  const long = path.join(files, 'long.txt')
  fs.writeFileSync(long, '')
  for (let part = 0; part < 10; part++) fs.appendFileSync(long, sentence.repeat(100_000))
  const importing = startCli(home, ['import', long])
  const written = () =>
    fs.existsSync(path.join(home, 'library')) && fs.readdirSync(path.join(home, 'library')).length > 0
  while (!written()) await new Promise((resolve) => setTimeout(resolve, 20))
  importing.child.kill('SIGINT')
  const { code, stderr } = await importing.ended
  expect({ code, stderr }).toEqual({
    code: 130,
    stderr: expect.stringMatching(/interrupted|cancelled/i) as string,
  })
  expect(await contentOf(home)).toEqual({ datasets: [], runs: [], leftovers: [] })
})
