/** Electron's entry. Everything else that Node runs starts in hosts/cli or training/worker.ts. */
import { startElectron } from './hosts/electron/index.ts'

// Not awaited: Electron becomes ready only once its entry has been evaluated.
void startElectron()
