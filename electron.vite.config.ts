import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

/** Everything that Node runs is bundled to out/main with its dependencies left external; see src/main/paths.ts. */
export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: {
          index: 'src/main/index.ts',
          cli: 'src/main/hosts/cli/index.ts',
          trainer: 'src/main/training/worker.ts',
          feedWorker: 'src/main/training/feed/worker.ts',
          probeWorker: 'src/main/training/probing/worker.ts',
          stateWorker: 'src/main/states/worker.ts',
          derivation: 'src/main/derivation/worker.ts',
          examination: 'src/main/datasets/health/worker.ts',
          parquetWorker: 'src/main/datasets/importers/tables/parquet/worker.ts',
          imageWorker: 'src/main/datasets/decoding/worker.ts',
          inference: 'src/main/training/inference/worker.ts',
          weightWriter: 'src/main/export/weights/worker.ts',
          trial: 'src/main/training/trial/worker.ts',
          sizes: 'src/main/training/sizes/worker.ts',
          deviceProbe: 'src/main/engine/devices/examination/probe.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can require nothing but electron: everything else is bundled into its one file.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    // Fonts and images stay files: the content security policy allows no data: addresses.
    build: { assetsInlineLimit: 0, rollupOptions: { input: 'src/renderer/index.html' } },
    plugins: [vue()],
  },
})
