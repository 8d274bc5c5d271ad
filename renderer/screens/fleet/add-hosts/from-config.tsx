import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { EngineClient } from '#shared/contract/index';
import type { SshTarget } from '#shared/domain/host';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { AddFooter } from './add-footer';
import classes from './add-hosts.module.css';

type SshConfig = Awaited<ReturnType<EngineClient['hosts']['readSshConfig']>>;

/** Lists the entries of ssh config to pick from. */
export function FromConfig() {
  const { t } = useWords();
  const query = useQuery('ssh-config', (signal) => engine.hosts.readSshConfig({}, { signal }));
  return (
    <StateView
      query={query}
      isEmpty={({ entries, problems }) => entries.length === 0 && problems.length === 0}
      empty={
        <StatePanel
          title={t('addHosts.config.empty')}
          detail={t('addHosts.config.emptyDetail', { file: query.data?.file ?? '~/.ssh/config' })}
        />
      }
    >
      {(config) => <Entries config={config} />}
    </StateView>
  );
}

function Entries({ config }: { config: SshConfig }) {
  const { t, message } = useWords();
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const needle = search.trim().toLowerCase();
  const shown = config.entries.filter(
    ({ alias, target }) => alias.toLowerCase().includes(needle) || target.address.toLowerCase().includes(needle),
  );
  const usable = shown.filter(({ problem, isAlreadyAdded }) => !problem && !isAlreadyAdded);
  const isAllSelected = usable.length > 0 && usable.every(({ alias }) => selected.has(alias));
  const toggle = (aliases: string[], isOn: boolean) => {
    const next = new Set(selected);
    for (const alias of aliases) isOn ? next.add(alias) : next.delete(alias);
    setSelected(next);
  };
  const chosen = config.entries.filter(({ alias }) => selected.has(alias));
  return (
    <>
      <Text c="dimmed">{t('addHosts.config.explain', { file: config.file })}</Text>
      <Group justify="space-between" my="xs">
        <Checkbox
          label={t('addHosts.config.selectAll')}
          checked={isAllSelected}
          indeterminate={!isAllSelected && chosen.length > 0}
          disabled={usable.length === 0}
          onChange={(event) =>
            toggle(
              usable.map(({ alias }) => alias),
              event.currentTarget.checked,
            )
          }
        />
        <TextInput
          leftSection={<IconSearch size={14} aria-hidden />}
          placeholder={t('addHosts.config.search')}
          aria-label={t('addHosts.config.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </Group>
      <div className={classes.list}>
        {shown.map(({ alias, target, problem, isAlreadyAdded }) => (
          <label key={alias} className={classes.entry} htmlFor={`entry-${alias}`}>
            <Checkbox
              id={`entry-${alias}`}
              aria-label={t('addHosts.config.select', { alias })}
              checked={selected.has(alias)}
              disabled={problem !== null || isAlreadyAdded}
              onChange={(event) => toggle([alias], event.currentTarget.checked)}
            />
            <strong className="ellipsis">{alias}</strong>
            <span className="ellipsis dim" title={describeTarget(target)}>
              {describeTarget(target)}
              {target.proxyJump.length > 0 &&
                ` ${t('addHosts.config.via', { gateways: target.proxyJump.join(' → ') })}`}
            </span>
            <span className="ellipsis">
              {isAlreadyAdded && <span className="dim">{t('addHosts.config.already')}</span>}
              {problem && (
                <StateBadge tone="warn" variant="plain" title={message(problem)}>
                  {message(problem)}
                </StateBadge>
              )}
            </span>
          </label>
        ))}
      </div>
      <Problems config={config} />
      <AddFooter hosts={chosen.map(({ alias, target }) => ({ kind: 'ssh', name: alias, target }))} />
    </>
  );
}

function describeTarget({ user, address, port }: SshTarget): string {
  return `${user}@${address}${port === 22 ? '' : `:${port}`}`;
}

function Problems({ config: { problems } }: { config: SshConfig }) {
  const { t, message: say } = useWords();
  const [isOpen, setOpen] = useState(false);
  if (problems.length === 0) return null;
  return (
    <div className={classes.problems}>
      <Button size="compact-xs" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <StateBadge tone="warn" variant="plain">
          {t('addHosts.config.problems', { count: problems.length })}
        </StateBadge>
      </Button>
      {isOpen && (
        <ul>
          {problems.map(({ file, line, message }) => {
            const detail = say(message);
            return (
              <li key={`${file}:${line}:${detail}`}>
                {line === null
                  ? t('addHosts.config.noLine', { file, detail })
                  : t('addHosts.config.line', { file, line, detail })}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
