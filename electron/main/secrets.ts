import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { type MessagePortMain, safeStorage } from 'electron';
import { secrets } from '#shared/contract/engine-process';
import { wireSerializers } from '#shared/contract/wire';

/** Serves the desktop's keychain to the engine. */
export function serveSecrets(port: MessagePortMain): void {
  const os = implement(secrets);
  const router = os.router({
    isAvailable: os.isAvailable.handler(() => isKeychainAvailable()),
    encrypt: os.encrypt.handler(({ input }) => ({ bytes: new Uint8Array(safeStorage.encryptString(input.text)) })),
    decrypt: os.decrypt.handler(({ input }) => ({ text: safeStorage.decryptString(Buffer.from(input.bytes)) })),
  });
  new RPCHandler(router, { customJsonSerializers: wireSerializers }).upgrade(port);
  port.start();
}

/** On Linux without a keyring Electron would "encrypt" with a fixed key, which protects nothing: that counts as none. */
function isKeychainAvailable(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}
