import { Button, Checkbox, Group, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import type { AnsiblePreview } from '#shared/contract/hosts';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { StateBadge } from '../../../components/state-badge';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { AddFooter } from './add-footer';
import classes from './add-hosts.module.css';

/** More than any inventory is long. */
const maxBytes = 4_000_000;

type Entry = AnsiblePreview['hosts'][number];

/** Takes an Ansible inventory, from a file or pasted, and shows what it would add before anything is added. */
export function FromAnsible() {
  const { t } = useWords();
  const [given, setGiven] = useState({ text: '', fileName: '', path: '' });
  const [settled] = useDebouncedValue(given, 200);
  const isEmpty = settled.text.trim() === '';
  const { data, error } = useQuery(isEmpty ? null : `ansible/${settled.path}/${settled.text}`, (signal) =>
    engine.hosts.readAnsibleInventory(
      { text: settled.text, fileName: settled.fileName || undefined, path: settled.path || undefined },
      { signal },
    ),
  );
  const choose = useCall(async () => {
    const file = await native.dialog.openFile({ filters: [], maxBytes });
    if (file) setGiven({ text: new TextDecoder().decode(file.bytes), fileName: file.name, path: file.path });
  });
  // What is on screen must be what is added.
  const preview = !isEmpty && settled === given ? (data ?? null) : null;
  return (
    <>
      <Text c="dimmed">{t('addHosts.ansible.explain')}</Text>
      <Group justify="space-between" my="xs">
        <Button
          variant="default"
          leftSection={<IconFileImport size={16} aria-hidden />}
          loading={choose.isRunning}
          onClick={() => void choose.run()}
        >
          {t('addHosts.ansible.choose')}
        </Button>
        {given.fileName && <span className="ellipsis dim">{given.fileName}</span>}
      </Group>
      {Boolean(choose.error) && <ErrorView error={choose.error} variant="inline" />}
      <Textarea
        label={t('addHosts.ansible.label')}
        placeholder={'[gpu]\ngpu[01:16].lab ansible_user=ops'}
        minRows={4}
        maxRows={preview ? 4 : 12}
        autosize
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={given.text}
        onChange={(event) => setGiven({ text: event.currentTarget.value, fileName: '', path: '' })}
      />
      {Boolean(error) && <ErrorView error={error} variant="inline" />}
      {preview ? <Preview key={`${settled.fileName}/${settled.text}`} preview={preview} /> : <AddFooter hosts={null} />}
    </>
  );
}

function Preview({ preview: { format, hosts, notes } }: { preview: AnsiblePreview }) {
  const { t, message } = useWords();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const fresh = hosts.filter(isNew);
  const chosen = fresh.filter(({ host }) => !left.has(host.name ?? ''));
  const toggle = (names: string[], isOn: boolean) => {
    const next = new Set(left);
    for (const name of names) isOn ? next.delete(name) : next.add(name);
    setLeft(next);
  };
  return (
    <>
      <Group justify="space-between" my="xs" aria-live="polite">
        <Checkbox
          label={t('addHosts.ansible.found', {
            format: format === 'ini' ? 'INI' : 'YAML',
            fresh: fresh.length,
            known: hosts.length - fresh.length,
          })}
          checked={fresh.length > 0 && chosen.length === fresh.length}
          indeterminate={chosen.length > 0 && chosen.length < fresh.length}
          disabled={fresh.length === 0}
          onChange={(event) =>
            toggle(
              fresh.map(({ host }) => host.name ?? ''),
              event.currentTarget.checked,
            )
          }
        />
      </Group>
      {hosts.length > 0 && (
        <div className={classes.list}>
          {hosts.map((entry) => {
            const name = entry.host.name ?? '';
            return (
              <label key={name} className={classes.entry} htmlFor={`ansible-${name}`}>
                <Checkbox
                  id={`ansible-${name}`}
                  aria-label={t('addHosts.config.select', { alias: name })}
                  checked={isNew(entry) && !left.has(name)}
                  disabled={!isNew(entry)}
                  onChange={(event) => toggle([name], event.currentTarget.checked)}
                />
                <strong className="ellipsis">{name}</strong>
                <span className="ellipsis dim" title={describe(entry)}>
                  {describe(entry)}
                  {entry.target.proxyJump.length > 0 &&
                    ` ${t('addHosts.config.via', { gateways: entry.target.proxyJump.join(' → ') })}`}
                </span>
                <span className="ellipsis">
                  <State entry={entry} />
                </span>
              </label>
            );
          })}
        </div>
      )}
      {notes.length > 0 && (
        <div className={classes.problems}>
          <StateBadge tone="warn" variant="plain">
            {t('addHosts.ansible.notes', { count: notes.length })}
          </StateBadge>
          <ul>
            {notes.map(({ line, file, message: note }) => {
              const detail =
                file === undefined ? message(note) : t('addHosts.ansible.inFile', { file, detail: message(note) });
              return (
                <li key={`${line}:${detail}`}>
                  {line === null ? detail : t('addHosts.list.problem', { line, detail })}
                </li>
              );
            })}
          </ul>
        </div>
      )}
      <AddFooter hosts={chosen.map(({ host }) => host)} />
    </>
  );
}

function State({ entry: { host, knownAs, sameAs } }: { entry: Entry }) {
  const { t } = useWords();
  if (knownAs !== null) return <span className="dim">{t('addHosts.ansible.known', { name: knownAs })}</span>;
  if (sameAs !== null) return <span className="dim">{t('addHosts.ansible.same', { name: sameAs })}</span>;
  const tags = host.kind === 'ssh' ? (host.tags ?? []).join(', ') : '';
  return <span title={tags}>{tags}</span>;
}

function isNew({ knownAs, sameAs }: Entry): boolean {
  return knownAs === null && sameAs === null;
}

function describe({ target: { user, address, port } }: Entry): string {
  return `${user}@${address}${port === 22 ? '' : `:${port}`}`;
}
