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

/** The entry of a trainer process. */
export const trainerFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'training', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'trainer.js')

/** The entry of a trainer's thread that prepares batches. */
export const feedWorkerFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'training', 'feed', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'feedWorker.js')

/** The entry of a trainer's thread that measures hidden states. */
export const probeWorkerFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'training', 'probing', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'probeWorker.js')

/** The entry of the workbench's thread that reads kept hidden states. */
export const stateWorkerFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'states', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'stateWorker.js')

/** The entry of a process that derives: see derivation/process.ts. */
export const derivationFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'derivation', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'derivation.js')

/** The entry of a process that examines a dataset: see datasets/health/examine.ts. */
export const examinationFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'datasets', 'health', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'examination.js')

/** The entry of the thread of an import that decodes a Parquet file. */
export const parquetWorkerFile = runsFromSource
  ? path.join(packageRoot, ...['src', 'main', 'datasets', 'importers', 'tables', 'parquet', 'worker.ts'])
  : path.join(packageRoot, 'out', 'main', 'parquetWorker.js')

/** The entry of the threads of an import that decode image files. */
export const imageWorkerFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'datasets', 'decoding', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'imageWorker.js')

/** The entry of a process that answers a question about a checkpoint. */
export const inferenceFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'training', 'inference', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'inference.js')

/** The entry of a process that writes the weights of a run. */
export const weightWriterFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'export', 'weights', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'weightWriter.js')

/** The entry of a process that tries a few steps, see training/trial. */
export const trialFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'training', 'trial', 'worker.ts')
  : path.join(packageRoot, 'out', 'main', 'trial.js')

/** The entry of a process that tries whether a device works. */
export const deviceProbeFile = runsFromSource
  ? path.join(packageRoot, 'src', 'main', 'engine', 'devices', 'examination', 'probe.ts')
  : path.join(packageRoot, 'out', 'main', 'deviceProbe.js')

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
