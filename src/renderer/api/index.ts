/**
 * The workbench as the window's code sees it: `workbench` speaks over Electron's bridge where the preload put one
 * and over the web host's socket otherwise; `sourceOfFiles` turns dropped files into something to import.
 */
import type { Source, WorkbenchApi } from '../../shared/contract.ts'
import { mostUploads } from '../../shared/contract.ts'
import { WorkbenchError } from '../../shared/errors.ts'
import type { WindowBridge, WindowHost } from '../../shared/wire.ts'
import { bridgedApi } from './bridge.ts'
import type { Connection } from './connection.ts'
import { alwaysOpen } from './connection.ts'
import type { DroppedFile } from './dropped.ts'
import { expandFolders, named } from './dropped.ts'
import { connectSocket } from './socket.ts'
import { takeToken } from './token.ts'
import { uploadAll } from './upload.ts'

export type { Connection, ConnectionState } from './connection.ts'

declare global {
  interface Window {
    workbench?: WindowBridge
  }
}

interface Transport {
  api: WorkbenchApi
  connection: Connection
  droppedFiles(data: DataTransfer): Promise<DroppedFile[]>
  sourceOfFiles(
    files: readonly DroppedFile[],
    onProgress?: (sent: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Source>
}

function electronTransport(bridge: WindowBridge): Transport {
  return {
    api: bridgedApi(bridge),
    connection: alwaysOpen,
    droppedFiles: ({ files }) => Promise.resolve([...files].map(named)), // a folder has a path too
    sourceOfFiles: (files) =>
      Promise.resolve({ kind: 'paths', paths: files.map(({ file }) => bridge.pathForFile(file)) }),
  }
}

function webTransport(): Transport {
  const token = takeToken(window)
  const { api, connection } = connectSocket({ origin: window.location.origin, token })
  const discard = (uploads: string[]) => api.discardUploads({ uploads })
  return {
    api,
    connection,
    droppedFiles: expandFolders,
    async sourceOfFiles(files, onProgress, signal) {
      if (files.length > mostUploads)
        throw new WorkbenchError(
          'file-too-large',
          `These are ${files.length} files; a browser may upload ${mostUploads} for one import.`,
          'Import their folder by its path: attention-workbench import PATH.',
        )
      return {
        kind: 'uploads',
        uploads: await uploadAll(files, await token, { onProgress, signal, discard }),
      }
    },
  }
}

const transport = window.workbench ? electronTransport(window.workbench) : webTransport()

export const workbench: WorkbenchApi = transport.api

/** What only the window of the Electron host can do; undefined in a browser. */
export const desktop: WindowHost | undefined = window.workbench

/** Whether calls reach the workbench right now. After it opens again, read afresh what events may have changed. */
export const connection: Connection = transport.connection

/**
 * What to pass to `planImport` for files the person dropped or chose. Under Electron that is their paths; in a
 * browser their bytes are uploaded first, `onProgress` hears how many of them are sent, and `signal` gives it up.
 * Throws WorkbenchError.
 */
export const sourceOfFiles: Transport['sourceOfFiles'] = transport.sourceOfFiles

/**
 * What the person dropped: files, and where the browser knows no paths also the files of dropped folders. Call it
 * while the event is handled. Throws WorkbenchError where a folder cannot be read.
 */
export const droppedFiles: Transport['droppedFiles'] = transport.droppedFiles
export { named } from './dropped.ts'
export type { DroppedFile } from './dropped.ts'
