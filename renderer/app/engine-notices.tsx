import { Button } from '@mantine/core';
import { useState } from 'react';
import { StatePanel } from '../components/state-panel';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { useWords } from './i18n';

/** What the engine found at its start and nobody asked about, a damaged database say: above every screen until read. */
export function EngineNotices() {
  const { t, message } = useWords();
  const { data } = useQuery('system', (signal) => engine.system.info(undefined, { signal }));
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const idOf = (notice: object) => JSON.stringify(notice);
  const unread = (data?.notices ?? []).filter((notice) => !read.has(idOf(notice)));
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
