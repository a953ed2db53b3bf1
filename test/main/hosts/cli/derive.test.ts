/** derive as a real process: its table, its document, its picture and what it refuses. */
import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { formatMeasure } from '../../../../src/main/hosts/cli/derive.ts'
import { derivationSchema } from '../../../../src/shared/derivation.ts'
import { runCli, runJson, temporaryFolder } from './cli.ts'

const home = temporaryFolder()
const few = ['--count', '30', '--steps', '2'] as const

it('prints one document in the documented shape', async () => {
  const { code, stderr, document } = await runJson(
    home,
    ...['derive', '--attention', 'standard,laplacian', '--points', 'moons', '--norm', 'rms', '--no-residual'],
    ...few,
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { settings, labels, classNames, derivation } = derivationSchema.parse(document)
  expect(settings).toEqual({
    source: { kind: 'points', shape: 'moons' },
    ...{ count: 30, scale: 1, steps: 2, norm: 'rms', normPlacement: 'pre' },
    ...{ residual: false, stepSize: 1, seed: 0 },
    ...{ weights: 'identity', initialDeviation: 0, mlpRatio: 4, components: 2, beta: 0.1 },
  })
  expect(labels).toHaveLength(30)
  expect(classNames).toBeNull()
  expect(derivation.map(({ attention, steps }) => [attention, steps.length])).toEqual([
    ['standard', 3],
    ['laplacian', 3],
  ])
})

it('prints a row per variant and step, and draws them', async () => {
  const picture = path.join(home, 'clouds.svg')
  const { code, stdout, stderr } = await runCli(
    home,
    ...['derive', '--attention', 'standard,laplacian', '--out', picture],
    ...few,
  )
  expect(code).toBe(0)
  const [header, ...rows] = stdout.split('\n')
  expect(header).toMatch(/^variant +step +variance +expansion +pairs +inside +log Z +energy$/)
  expect(stdout).toMatch(
    /^variant +step +linear +PCA cca +angle +disparity +graph cca +angle +disparity +stationary +purity +random +sil/m,
  )
  expect(rows[0]).toMatch(/^standard +0 +2 +– +– +– /)
  expect(rows[5]).toMatch(/^laplacian +2 +[\d.]+ .* 1 /)
  expect(stdout).toMatch(
    /^standard: No pair of tokens comes closer: expansion. As derived: the smallest ratio/m,
  )
  expect(stdout).toMatch(
    /^laplacian: New tokens lie in the hull of the old: smoothing. As derived: .* is 1 \(/m,
  )
  expect(stderr).toContain(picture)
  const drawn = fs.readFileSync(picture, 'utf8')
  expect(drawn).toMatch(/^<svg /)
  expect(drawn.match(/<circle /g)).toHaveLength(2 * 3 * 30)
})

it('takes the file of an own variant', async () => {
  const file = path.join(home, 'half.json')
  fs.writeFileSync(file, JSON.stringify({ id: 'half-step', axes: { block: { stepSize: 0.5 } } }))
  const { document } = await runJson(home, 'derive', '--attention', file, ...few)
  expect(derivationSchema.parse(document).derivation[0]!.attention).toBe('half-step')
})

it('refuses a picture that cannot be written, and points and images at once', async () => {
  const nowhere = path.join(home, 'none', 'x.svg')
  const { code, document } = await runJson(
    home,
    'derive',
    '--attention',
    'standard',
    '--out',
    nowhere,
    ...few,
  )
  expect({ code, document }).toMatchObject({ code: 1, document: { error: { code: 'file-unwritable' } } })
  const both = await runCli(home, 'derive', '--attention', 'standard', '--points', 'ring', '--dataset', 'x')
  expect(both.code).toBe(2)
})

it('writes measures with four digits', () => {
  expect([0, 1, 0.34458, 25700.9, 7.9028e-6, -0.05606, 4e7, null].map(formatMeasure)).toEqual([
    ...['0', '1', '0.3446', '25701', '7.903e-6', '-0.05606', '4.000e+7', '–'],
  ])
})
