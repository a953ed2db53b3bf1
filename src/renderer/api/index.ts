/**
 * The workbench as the window's code sees it: `workbench` speaks over Electron's bridge where the preload put one
 * and over the web host's socket otherwise; `sourceOfFiles` turns dropped files into something to import.
 */
import type { Source, WorkbenchApi } from '../../shared/contract.ts'
import type { WindowBridge } from '../../shared/wire.ts'
import { bridgedApi } from './bridge.ts'
import type { Connection } from './connection.ts'
import { alwaysOpen } from './connection.ts'
import { connectSocket } from './socket.ts'
import { takeToken } from './token.ts'
import { uploadFile } from './upload.ts'

export type { Connection, ConnectionState } from './connection.ts'

declare global {
  interface Window {
    workbench?: WindowBridge
  }
}

interface Transport {
  api: WorkbenchApi
  connection: Connection
  sourceOfFiles(files: readonly File[], onProgress?: (sent: number, total: number) => void): Promise<Source>
}

function electronTransport(bridge: WindowBridge): Transport {
  return {
    api: bridgedApi(bridge),
    connection: alwaysOpen,
    sourceOfFiles: (files) =>
      Promise.resolve({ kind: 'paths', paths: files.map((file) => bridge.pathForFile(file)) }),
  }
}

function webTransport(): Transport {
  const token = takeToken(window)
  return {
    ...connectSocket({ origin: window.location.origin, token }),
    async sourceOfFiles(files, onProgress) {
      const total = files.reduce((sum, file) => sum + file.size, 0)
      const uploads: string[] = []
      let before = 0
      for (const file of files) {
        uploads.push(await uploadFile(file, token, (sent) => onProgress?.(before + sent, total)))
        before += file.size
      }
      return { kind: 'uploads', uploads }
    },
  }
}

const transport = window.workbench ? electronTransport(window.workbench) : webTransport()

export const workbench: WorkbenchApi = transport.api

/** Whether calls reach the workbench right now. After it opens again, read afresh what events may have changed. */
export const connection: Connection = transport.connection

/**
 * What to pass to `planImport` for files the person dropped or chose. Under Electron that is their paths; in a
 * browser their bytes are uploaded first, and `onProgress` hears how many of them are sent. Throws WorkbenchError.
 */
export const sourceOfFiles: Transport['sourceOfFiles'] = transport.sourceOfFiles
