/** compare --report, export and import of an archive, as processes on two homes. */
import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { runCli, runJson, temporaryFolder, tiny } from './cli.ts'

it('a comparison becomes a report, files, and the same experiment on another machine', async () => {
  const [home, other, out] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
  const text = path.join(out, 'poem.txt')
  fs.writeFileSync(text, 'To be, or not to be, that is the question.\n'.repeat(40))
  const report = path.join(out, 'report.html')
  const compared = await runJson(
    ...([home, 'compare', '--dataset', text, '--attention', 'standard,laplacian', '--steps', '4'] as const),
    ...['--set', 'evaluationInterval=2', '--set', 'warmupSteps=1', '--report', report, ...tiny],
  )
  expect(compared.code).toBe(0)
  expect(fs.readFileSync(report, 'utf8')).toContain('<h2>Provenance</h2>')
  const { experiment, runs } = compared.document as { experiment: string; runs: { id: string }[] }

  const csv = path.join(out, 'run.csv')
  expect((await runCli(home, 'export', runs[0]!.id, '--format', 'csv', '--out', csv)).stdout).toBe(`${csv}\n`)
  expect(fs.readFileSync(csv, 'utf8')).toMatch(/^record,experiment,run,.*\r\n/)
  const models = path.join(out, 'models')
  const onnx = await runJson(home, 'export', experiment, '--format', 'onnx', '--out', models)
  expect(onnx.document.export.files).toEqual(
    ['standard', 'laplacian'].map((attention) => path.join(models, `${attention}-seed0`, 'model.onnx')),
  )
  const refused = await runCli(home, 'export', runs[0]!.id, '--format', 'archive', '--out', csv)
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Export its experiment: ${experiment}`),
  })

  const archive = path.join(out, 'made.awx')
  await runCli(home, 'export', experiment, '--format', 'archive', '--with-dataset', '--out', archive)
  const imported = await runJson(other, 'import', archive)
  expect(imported.document).toMatchObject({ experiment: { id: experiment }, dataset: 'added' })
  const show = async (at: string) => {
    const { checkpoints, ...shown } = (await runJson(at, 'show', runs[1]!.id)).document
    const files = checkpoints as { writtenAt: string }[]
    return { ...shown, checkpoints: files.map(({ writtenAt: _, ...file }) => file) } // each machine wrote its own
  }
  expect(await show(other)).toEqual(await show(home))

  const curve = path.join(out, 'curve.csv')
  fs.writeFileSync(curve, 'step,val/loss\n0,4\n4,3\n')
  const added = await runJson(home, 'reference', 'add', experiment, curve, '--name', 'elsewhere')
  expect(added.document.references).toMatchObject([
    { name: 'elsewhere', metric: 'validation/loss', points: 2 },
  ])
  expect((await runCli(home, 'reference', 'list', experiment)).stdout).toContain('elsewhere')
})
