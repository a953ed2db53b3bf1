/** The list of libraries on the page of settings: `npx vitest run test/docs -u` writes it anew. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { packageRoot } from '../../src/main/paths.ts'

const read = (file: string) => readFileSync(path.join(packageRoot, file), 'utf8')

/** "reka-ui/date" -> "reka-ui"; null for what is no package of npm. */
function packageOf(specifier: string): string | null {
  if (/^(\.|node:|vite\/)/.test(specifier) || specifier === 'electron') return null
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

it('names every library that the program imports, with its licence', async () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { license?: string }> }
  const imported = globSync('src/**/*.{ts,vue}', { cwd: packageRoot }).flatMap((file) =>
    [...read(file).matchAll(/(?:from|import\(|resolve\(|^import) ?'([^']+)'/gm)].map(([, specifier]) =>
      packageOf(specifier!),
    ),
  )
  const names = [...new Set(imported)].filter((name) => name !== null).sort()
  const licences = names.flatMap((name) => {
    const found = lock.packages[`node_modules/${name}`]
    return found ? [{ name, licence: found.license! }] : []
  })
  expect(licences.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['vue', '@tensorflow/tfjs', 'sharp']),
  )
  expect(licences.every(({ licence }) => /^[\w.()\- ]+$/.test(licence))).toBe(true)
  await expect(`${JSON.stringify(licences, null, 2)}\n`).toMatchFileSnapshot(
    path.join(packageRoot, 'src/renderer/components/settings/licences.json'),
  )
})
