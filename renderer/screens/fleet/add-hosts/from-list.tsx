import { Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { StateBadge } from '../../../components/state-badge';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { AddFooter } from './add-footer';
import classes from './add-hosts.module.css';

/** Takes a pasted list, which the engine reads while it is typed. */
export function FromList() {
  const { t, message } = useWords();
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, 150);
  const isEmpty = settled.trim() === '';
  const { data, error } = useQuery(isEmpty ? null : `list/${settled}`, (signal) =>
    engine.hosts.parseList({ text: settled }, { signal }),
  );
  const problems = data?.problems ?? [];
  // What is on screen must be what is added, so an outdated reading of the text adds nothing.
  const hosts = !isEmpty && data && settled === text ? data.hosts : null;
  return (
    <>
      <Textarea
        label={t('addHosts.list.label')}
        description={t('addHosts.list.help')}
        placeholder={'gpu01\nadmin@10.0.0.12:2222  # rack 4'}
        minRows={8}
        maxRows={14}
        autosize
        data-autofocus
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={classes.problems} aria-live="polite">
        {Boolean(error) && <ErrorView error={error} variant="inline" />}
        {!isEmpty && data && (
          <>
            <StateBadge tone={problems.length > 0 ? 'warn' : 'ok'} variant="plain">
              {t('addHosts.list.found', { count: data.hosts.length })}
              {' · '}
              {problems.length > 0
                ? t('addHosts.config.problems', { count: problems.length })
                : t('addHosts.list.noProblems')}
            </StateBadge>
            {problems.length > 0 && (
              <ul>
                {problems.map(({ line, text: source, detail, message: reason }) => (
                  <li key={line}>
                    {t('addHosts.list.problem', { line, detail: reason ? message(reason) : detail })}{' '}
                    <code>{source}</code>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </div>
      <AddFooter hosts={hosts} />
    </>
  );
}
