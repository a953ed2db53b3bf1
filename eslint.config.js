import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import typescript from 'typescript-eslint'

/**
 * The layer rules of docs/architecture.md: renderer -> shared <- main; hosts -> workbench -> the rest;
 * electron is imported in src/main/hosts/electron, src/main/index.ts and src/preload only.
 */
const forbid = (...groups) => ({
  'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
})
const electron = [['/electron', '/electron/*'], 'Only the Electron host and the preload may import electron.']
const node = [['node:*', 'fs', 'path'], 'This layer also runs in a browser: no Node modules here.']
const tensors = [
  ['@tensorflow/*', 'onnxruntime-node'],
  'Tensors live in src/main/engine, model, training and statistics.',
]
const main = [['**/main/**'], 'This layer may not reach into src/main: speak through src/shared/contract.ts.']
const renderer = [['**/renderer/**'], 'Only the renderer imports the renderer.']
const hosts = [
  ['**/hosts/**', '**/workbench.ts'],
  'Dependencies point from hosts to the workbench to its parts, never back.',
]
const vueOnly = [['vue', 'pinia', 'echarts*'], 'Vue belongs to src/renderer.']

export default typescript.config(
  { ignores: ['node_modules', 'out', 'dist', 'coverage', 'test/fixtures'] },
  js.configs.recommended,
  ...typescript.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    rules: { 'vue/multi-word-component-names': 'off' },
  },
  { languageOptions: { globals: { ...globals.node } } },
  { files: ['src/renderer/**'], languageOptions: { globals: { ...globals.browser } } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Randomness is seeded: see src/main/engine/random.ts.',
        },
      ],
      'prefer-const': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/shared/**'], rules: forbid(electron, node, tensors, main, renderer, vueOnly) },
  { files: ['src/renderer/**'], rules: forbid(electron, node, tensors, main) },
  { files: ['src/preload/**'], rules: forbid(tensors, main, renderer) },
  { files: ['src/main/**'], rules: forbid(electron, renderer, vueOnly) },
  {
    files: ['src/main/{datasets,model,engine,training,derivation,statistics,states,compare,store,export}/**'],
    rules: forbid(electron, renderer, vueOnly, hosts),
  },
  {
    files: ['src/main/{datasets,compare,store}/**'],
    rules: forbid(electron, renderer, vueOnly, hosts, tensors),
  },
  { files: ['src/main/index.ts', 'src/main/hosts/electron/**'], rules: forbid(renderer, vueOnly) },
  prettier,
)
