import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { HostError } from '#shared/domain/host';
import { hostErrorWords } from '#shared/i18n/host-error-words';
import { useWords } from '../app/i18n';
import { CodeWords } from './code-words';
import { KeyValueTable } from './key-value-table';
import { StatePanel } from './state-panel';

interface HostErrorViewProps {
  error: HostError;
  variant?: 'page' | 'inline';
  children?: ReactNode;
}

/** Why a node can't be used: what happened, what was offered and tried, and what to do. */
export function HostErrorView({ error, variant = 'inline', children }: HostErrorViewProps) {
  const { t, message } = useWords();
  const { title, explain, todo, facts } = hostErrorWords(error, message);
  const rows = facts.map(({ label, lines }) => ({
    label,
    value: lines.map((line) => (
      <div key={line} className="mono">
        {line}
      </div>
    )),
  }));
  return (
    <StatePanel tone="bad" title={title} detail={<CodeWords text={explain} />} variant={variant}>
      {rows.length > 0 && <KeyValueTable rows={rows} />}
      <Text fw={600} mt="xs">
        {t('errors.whatToDo')}
      </Text>
      <div style={{ marginBottom: children ? 10 : 0 }}>
        <CodeWords text={todo} />
      </div>
      {children}
    </StatePanel>
  );
}
