import * as fs from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { implement } from '@orpc/server';
import { app, type BrowserWindow, dialog, nativeTheme, shell } from 'electron';
import { native } from '#shared/contract/native';
import { storageProblem } from '#shared/domain/storage-problem';
import type { Engine } from '../engine';
import { notificationClicks } from '../notifications';
import type { WindowState } from '../window-state';
import { watchEngineState } from './engine-state';
import { openFile } from './open-file';
import { printPdf } from './print-pdf';
import { saveFile } from './save-file';

export interface NativeContext {
  window: BrowserWindow;
}

/** Implements main's own contract. */
export function createNativeRouter(deps: { engine: Engine; dataDir: string; windowState: WindowState }) {
  const os = implement(native).$context<NativeContext>();
  const savedPaths = new Set<string>();

  return os.router({
    app: {
      info: os.app.info.handler(() => ({
        name: app.name,
        version: app.getVersion(),
        electronVersion: process.versions.electron,
        chromeVersion: process.versions.chrome,
        nodeVersion: process.versions.node,
        platform: process.platform,
        locale: app.getLocale(),
        isPackaged: app.isPackaged,
        dataDir: deps.dataDir,
      })),
    },
    dialog: {
      saveFile: os.dialog.saveFile.handler(async ({ input, context, errors }) => {
        const saved = await saveFile(context.window, input);
        if (saved.kind === 'cancelled') return null;
        if (saved.kind === 'failed') throw errors.FILE_FAILED({ data: saved.problem });
        savedPaths.add(saved.path);
        return { path: saved.path };
      }),
      openFile: os.dialog.openFile.handler(async ({ input, context, errors }) => {
        const opened = await openFile(context.window, input);
        if (opened.kind === 'cancelled') return null;
        if (opened.kind === 'too-large') throw errors.FILE_TOO_LARGE({ data: opened.data });
        if (opened.kind === 'failed') throw errors.FILE_FAILED({ data: opened.problem });
        return opened.file;
      }),
      chooseFolder: os.dialog.chooseFolder.handler(async ({ input, context }) => {
        const { canceled, filePaths } = await dialog.showOpenDialog(context.window, {
          properties: ['openDirectory', 'createDirectory'],
          ...(input.startAt === null ? {} : { defaultPath: input.startAt }),
        });
        const [folder] = filePaths;
        return canceled || folder === undefined ? null : { path: folder };
      }),
    },
    pdf: {
      print: os.pdf.print.handler(async ({ input, errors, signal }) => {
        try {
          return { bytes: await printPdf(input.html, { signal }) };
        } catch (error) {
          if (signal?.aborted) throw error;
          throw errors.PRINT_FAILED({ data: { reason: error instanceof Error ? error.message : String(error) } });
        }
      }),
    },
    notificationClicks: os.notificationClicks.handler(({ signal }) => notificationClicks(signal)),
    engine: {
      state: os.engine.state.handler(({ signal }) => watchEngineState(deps.engine, { signal })),
      restart: os.engine.restart.handler(() => deps.engine.restart()),
    },
    storage: {
      flush: os.storage.flush.handler(({ context }) => context.window.webContents.session.flushStorageData()),
    },
    theme: {
      set: os.theme.set.handler(({ input }) => {
        nativeTheme.themeSource = input.colorScheme === 'auto' ? 'system' : input.colorScheme;
        deps.windowState.set({ colorScheme: input.colorScheme });
      }),
    },
    shell: {
      showItemInFolder: os.shell.showItemInFolder.handler(({ input, errors }) => {
        if (!savedPaths.has(input.path)) throw errors.NOT_SAVED_HERE();
        shell.showItemInFolder(input.path);
      }),
      showFolder: os.shell.showFolder.handler(async ({ input, errors }) => {
        try {
          // A path of another machine would be given this login's credentials.
          if (!path.isAbsolute(input.path) || /^[\\/]{2}/.test(input.path) || !(await stat(input.path)).isDirectory()) {
            throw Object.assign(new Error('not a folder of this workstation'), { code: 'ENOTDIR' });
          }
        } catch (error) {
          throw errors.FILE_FAILED({ data: storageProblem(error, input.path, fs) });
        }
        shell.showItemInFolder(input.path);
      }),
    },
  });
}
