import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Message } from '#shared/domain/text';
import { StatePanel } from '../components/state-panel';
import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { useWords } from './i18n';

/** What nobody asked about, a damaged database or a password that was not saved, say: above every screen until read. */
export function EngineNotices() {
  const { t, message } = useWords();
  const [notices, setNotices] = useState<readonly Message[]>([]);
  useStream(
    'notices',
    async (signal) => {
      const stream = await engine.system.watchNotices(undefined, { signal });
      // A new stream begins with every notice.
      setNotices([]);
      return stream;
    },
    (added) => setNotices((known) => [...known, ...added]),
  );
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const idOf = (notice: object) => JSON.stringify(notice);
  const unread = notices.filter((notice) => !read.has(idOf(notice)));
  return unread.map((notice) => (
    <div key={idOf(notice)} role="status" style={{ padding: '10px 16px 0' }}>
      <StatePanel tone="warn" variant="inline" title={message(notice)}>
        <Button size="compact-xs" variant="default" onClick={() => setRead(new Set([...read, idOf(notice)]))}>
          {t('shell.confirm.close')}
        </Button>
      </StatePanel>
    </div>
  ));
}
