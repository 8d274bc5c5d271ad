import { app, BrowserWindow } from 'electron';
import { serveApp } from './app-protocol';
import { applyDataDir } from './data-dir';
import { createEngine } from './engine';
import { installMenu } from './menu';
import { guardNavigation } from './navigation-guard';
import { denyPermissions } from './permissions';
import { createPortBroker } from './port-broker';
import { claimSingleInstance } from './single-instance';
import { openMainWindow, showMainWindow } from './window';
import { createWindowState } from './window-state';

// The start-up chain. Order matters: the data folder decides which instance we are, and everything that closes a door
// (sandbox, guards, permissions) is in place before the first window opens.
const dataDir = applyDataDir();

if (claimSingleInstance(showMainWindow)) {
  // Each window asks for the sandbox as well; together with --no-sandbox (root) this call would stop Chromium's helpers.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  guardNavigation();
  // While Electron is still starting, and before it would make a menu of its own.
  installMenu();
  // Not awaited: Electron becomes ready only once this module has run to its end.
  app.whenReady().then(start, (error: unknown) => {
    console.error(error);
    app.exit(1);
  });
} else {
  app.quit();
}

function start(): void {
  denyPermissions();
  serveApp();
  const windowState = createWindowState(dataDir);
  const engine = createEngine({ dataDir });
  openMainWindow(windowState);
  // While the window's process starts; its page asks for ports later than this.
  createPortBroker({ engine, dataDir, windowState });

  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openMainWindow(windowState);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}
