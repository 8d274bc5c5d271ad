import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { native } from '#shared/contract/native';
import { wireSerializers } from '#shared/contract/wire';
import { connectNative } from '../rpc/client';

export interface FakeNative {
  saved: { suggestedName: string; content: string | Uint8Array }[];
  printed: string[];
  shown: string[];
}

/** Main's side of saving a file, behind its real contract: every file is saved under `/reports`, unless cancelled. */
export function startFakeNative({ isCancelled = false } = {}): FakeNative {
  const record: FakeNative = { saved: [], printed: [], shown: [] };
  const main = implement(native);
  const router = {
    dialog: {
      saveFile: main.dialog.saveFile.handler(({ input }) => {
        if (isCancelled) return null;
        record.saved.push({ suggestedName: input.suggestedName, content: input.content });
        return { path: `/reports/${input.suggestedName}` };
      }),
    },
    pdf: {
      print: main.pdf.print.handler(({ input }) => {
        record.printed.push(input.html);
        return { bytes: asBytes('%PDF-1.7') };
      }),
    },
    shell: {
      showItemInFolder: main.shell.showItemInFolder.handler(({ input }) => {
        record.shown.push(input.path);
      }),
    },
  };
  const channel = new MessageChannel();
  new RPCHandler(router, { customJsonSerializers: wireSerializers }).upgrade(channel.port1);
  channel.port1.start();
  connectNative(channel.port2);
  return record;
}

/** In jsdom an encoder's bytes are of another realm than the page's own, which the contract would turn away. */
export function asBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(text));
}
