import path from 'node:path';
import { app, BrowserWindow, nativeTheme, type Rectangle, screen } from 'electron';
import { appIndexUrl } from './app-origin';
import { backgroundColor, type WindowState } from './window-state';

/** Opens the main window where it was last time, shown once its page has painted. */
export function openMainWindow(windowState: WindowState): BrowserWindow {
  const { bounds, isMaximized, colorScheme } = windowState.get();
  nativeTheme.themeSource = colorScheme === 'auto' ? 'system' : colorScheme;
  const window = new BrowserWindow({
    ...bounds,
    ...(isOnScreen(bounds) ? {} : { x: undefined, y: undefined }),
    minWidth: 800,
    minHeight: 600,
    show: false,
    title: app.name,
    autoHideMenuBar: true,
    backgroundColor: backgroundColor(nativeTheme.shouldUseDarkColors),
    webPreferences: {
      preload: path.join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // Compiled code is kept after the first start already, not only once a file has proved to be used often.
      v8CacheOptions: 'bypassHeatCheck',
    },
  });
  if (isMaximized) window.maximize();

  const onThemeUpdated = () => window.setBackgroundColor(backgroundColor(nativeTheme.shouldUseDarkColors));
  nativeTheme.on('updated', onThemeUpdated);
  window.on('close', () => {
    windowState.set({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
  });
  window.on('closed', () => nativeTheme.off('updated', onThemeUpdated));
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    // The engine holds all state, so a fresh page continues where the crashed one was.
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
  });
  window.loadURL(appIndexUrl).catch((error: unknown) => {
    // A window that is closed while it loads has nothing to complain about.
    if (!window.isDestroyed()) console.error('The window could not be loaded:', error);
  });
  return window;
}

/** Brings the window to the front, for a second start of the app. */
export function showMainWindow(): void {
  const [window] = BrowserWindow.getAllWindows().filter(
    (candidate) => candidate.isVisible() || candidate.isMinimized(),
  );
  if (!window) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** A saved place is used only while some display still shows enough of it to grab. */
function isOnScreen({ x, y, width }: Partial<Rectangle>): boolean {
  if (x === undefined || y === undefined || width === undefined) return false;
  return screen.getAllDisplays().some(({ workArea }) => {
    const overlap = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    return overlap >= 100 && y >= workArea.y - 10 && y < workArea.y + workArea.height - 50;
  });
}
