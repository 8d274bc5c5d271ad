import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { HostError, HostKey } from '#shared/domain/host';
import { useWords, type Words } from '../app/i18n';
import { CodeWords } from './code-words';
import { hostErrorWords } from './host-error-words';
import { KeyValueTable } from './key-value-table';
import { StatePanel } from './state-panel';

interface HostErrorViewProps {
  error: HostError;
  variant?: 'page' | 'inline';
  children?: ReactNode;
}

/** Why a node can't be used: what happened, what was offered and tried, and what to do. */
export function HostErrorView({ error, variant = 'inline', children }: HostErrorViewProps) {
  const words = useWords();
  const { title, explain, todo } = hostErrorWords(error, words);
  const facts = details(error, words);
  return (
    <StatePanel tone="bad" title={title} detail={<CodeWords text={explain} />} variant={variant}>
      {facts.length > 0 && <KeyValueTable rows={facts} />}
      <Text fw={600} mt="xs">
        {words.t('errors.whatToDo')}
      </Text>
      <div style={{ marginBottom: children ? 10 : 0 }}>
        <CodeWords text={todo} />
      </div>
      {children}
    </StatePanel>
  );
}

function details(error: HostError, { t }: Words) {
  const key = (hostKey: HostKey) => `${hostKey.keyType} ${hostKey.sha256}`;
  const rows: Array<{ label: string; value: ReactNode }> = [];
  const add = (label: string, lines: string[]) => {
    if (lines.length === 0) return;
    rows.push({
      label,
      value: lines.map((line) => (
        <div key={line} className="mono">
          {line}
        </div>
      )),
    });
  };
  switch (error.code) {
    case 'auth-failed':
      add(t('shell.hostError.offered'), error.offered);
      add(t('shell.hostError.tried'), error.tried);
      add(
        t('shell.hostError.skipped'),
        error.skipped.map(({ what, why }) => `${what}: ${why}`),
      );
      break;
    case 'host-key-changed':
      add(t('shell.hostError.offeredKey'), [key(error.offered)]);
      add(t('shell.hostError.knownKey'), error.known.map(key));
      add(t('shell.hostError.file'), [
        error.line === null ? error.knownHostsFile : `${error.knownHostsFile}:${error.line}`,
      ]);
      break;
    case 'host-key-rejected':
      add(t('shell.hostError.offeredKey'), [key(error.offered)]);
      break;
    case 'bad-config':
      if (error.file)
        add(t('shell.hostError.file'), [error.line === null ? error.file : `${error.file}:${error.line}`]);
      break;
    default:
      break;
  }
  if ('via' in error && error.via) add(t('shell.hostError.via'), [error.via]);
  return rows;
}
