import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { type MessagePortMain, safeStorage } from 'electron';
import { workstation } from '#shared/contract/engine-process';
import { wireSerializers } from '#shared/contract/wire';
import { showNotification } from './notifications';

/** Serves to the engine what only this process can do. */
export function serveWorkstation(port: MessagePortMain): void {
  const os = implement(workstation);
  const router = os.router({
    secrets: {
      isAvailable: os.secrets.isAvailable.handler(() => isKeychainAvailable()),
      encrypt: os.secrets.encrypt.handler(({ input }) => ({
        bytes: new Uint8Array(safeStorage.encryptString(input.text)),
      })),
      decrypt: os.secrets.decrypt.handler(({ input }) => ({
        text: safeStorage.decryptString(Buffer.from(input.bytes)),
      })),
    },
    notify: os.notify.handler(({ input }) => showNotification(input)),
  });
  new RPCHandler(router, { customJsonSerializers: wireSerializers }).upgrade(port);
  port.start();
}

/** On Linux without a keyring Electron would "encrypt" with a fixed key, which protects nothing: that counts as none. */
function isKeychainAvailable(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}
