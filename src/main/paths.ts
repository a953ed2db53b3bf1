/**
 * Where things are on this machine. The program runs either from source (Node strips the types) or from the bundle
 * in out/main; both lie two folders below the root of the package.
 */
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const runsFromSource = here.endsWith('.ts')

/** The folder that holds package.json. */
export const packageRoot = path.resolve(path.dirname(here), '..', '..')
export const samplesFolder = path.join(packageRoot, 'resources', 'samples')
export const rendererFolder = path.join(packageRoot, 'out', 'renderer')
export const preloadFile = path.join(packageRoot, 'out', 'preload', 'index.cjs')

/** The entry of a process or a thread: a source below src/main, bundled as electron.vite.config.ts names it. */
const entry = (source: string, bundle: string): string =>
  runsFromSource
    ? path.join(packageRoot, 'src', 'main', ...source.split('/'))
    : path.join(packageRoot, 'out', 'main', bundle)

/** The entry of a trainer process. */
export const trainerFile = entry('training/worker.ts', 'trainer.js')

/** The entry of a trainer's thread that prepares batches. */
export const feedWorkerFile = entry('training/feed/worker.ts', 'feedWorker.js')

/** The entry of a trainer's thread that measures hidden states. */
export const probeWorkerFile = entry('training/probing/worker.ts', 'probeWorker.js')

/** The entry of the workbench's thread that reads kept hidden states. */
export const stateWorkerFile = entry('states/worker.ts', 'stateWorker.js')

/** The entry of a process that derives: see derivation/process.ts. */
export const derivationFile = entry('derivation/worker.ts', 'derivation.js')

/** The entry of a process that examines a dataset: see datasets/health/examine.ts. */
export const examinationFile = entry('datasets/health/worker.ts', 'examination.js')

/** The entry of the thread of an import that decodes a Parquet file. */
export const parquetWorkerFile = entry('datasets/importers/tables/parquet/worker.ts', 'parquetWorker.js')

/** The entry of the threads of an import that decode image files. */
export const imageWorkerFile = entry('datasets/decoding/worker.ts', 'imageWorker.js')

/** The entry of a process that answers a question about a checkpoint. */
export const inferenceFile = entry('training/inference/worker.ts', 'inference.js')

/** The entry of a process that writes the weights of a run. */
export const weightWriterFile = entry('export/weights/worker.ts', 'weightWriter.js')

/** The entry of a process that tries a few steps, see training/trial. */
export const trialFile = entry('training/trial/worker.ts', 'trial.js')

/** The entry of a process that counts the parameters of models, see training/sizes. */
export const sizesFile = entry('training/sizes/worker.ts', 'sizes.js')

/** The entry of a process that tries whether a device works. */
export const deviceProbeFile = entry('engine/devices/examination/probe.ts', 'deviceProbe.js')

/** The folder of the library and the database: `--home`, else ATTENTION_WORKBENCH_HOME, else the platform's place. */
export function homeFolder(chosen?: string): string {
  if (chosen) return path.resolve(chosen)
  if (process.env.ATTENTION_WORKBENCH_HOME) return path.resolve(process.env.ATTENTION_WORKBENCH_HOME)
  const home = os.homedir()
  if (process.platform === 'darwin')
    return path.join(home, 'Library', 'Application Support', 'Attention Workbench')
  if (process.platform === 'win32')
    return path.join(process.env.APPDATA ?? path.join(home, 'AppData', 'Roaming'), 'Attention Workbench')
  return path.join(process.env.XDG_DATA_HOME ?? path.join(home, '.local', 'share'), 'attention-workbench')
}
