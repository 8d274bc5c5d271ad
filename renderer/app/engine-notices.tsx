import { Button } from '@mantine/core';
import { useState } from 'react';
import { StatePanel } from '../components/state-panel';
import { useWords } from './i18n';
import { useNotices } from './use-notices';

/** What nobody asked about, a damaged database or a password that was not saved, say: above every screen until read. */
export function EngineNotices() {
  const { t, message } = useWords();
  const notices = useNotices();
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
