import { useState } from 'react';
import type { Message } from '#shared/domain/text';
import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';

/** What nobody asked about and the user should know, as the engine tells it now. */
export function useNotices(): readonly Message[] {
  const [notices, setNotices] = useState<readonly Message[]>([]);
  useStream(
    'notices',
    (signal) => engine.system.watchNotices(undefined, { signal }),
    (told) => setNotices(told.at(-1) ?? []),
  );
  return notices;
}
