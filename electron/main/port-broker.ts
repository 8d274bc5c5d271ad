import { RPCHandler } from '@orpc/server/message-port';
import { BrowserWindow, ipcMain, MessageChannelMain, type WebContents } from 'electron';
import { wireSerializers } from '#shared/contract/wire';
import { isTrustedSender } from './app-origin';
import type { Engine } from './engine';
import { createNativeRouter } from './native/router';
import type { WindowState } from './window-state';

/**
 * Hands each page that asks a port to the engine and one to main's own contract. The engine's is renewed when its
 * process is; afterwards main is out of the way and no data passes through it.
 */
export function createPortBroker(options: { engine: Engine; dataDir: string; windowState: WindowState }): void {
  const { engine } = options;
  const nativeHandler = new RPCHandler(createNativeRouter(options), { customJsonSerializers: wireSerializers });
  const pages = new Set<WebContents>();
  let isEngineAsked = false;

  const handOverEngine = (page: WebContents) => {
    engine.connect(() => {
      const { port1, port2 } = new MessageChannelMain();
      page.postMessage('gantry:port', 'engine', [port2]);
      return port1;
    });
  };

  const handOverNative = (page: WebContents, window: BrowserWindow) => {
    const { port1, port2 } = new MessageChannelMain();
    nativeHandler.upgrade(port1, { context: { window } });
    port1.start();
    page.postMessage('gantry:port', 'native', [port2]);
  };

  engine.onDidSpawn(() => {
    for (const page of pages) handOverEngine(page);
  });
  ipcMain.on('gantry:ports-wanted', (event) => {
    const page = event.sender;
    const window = BrowserWindow.fromWebContents(page);
    if (!window || !isTrustedSender(event)) return;
    if (!isEngineAsked) {
      // Not earlier: until its page is loaded the window has every core to itself.
      isEngineAsked = true;
      engine.start();
    }
    if (!pages.has(page)) {
      pages.add(page);
      page.once('destroyed', () => pages.delete(page));
    }
    handOverNative(page, window);
    handOverEngine(page);
  });
}
