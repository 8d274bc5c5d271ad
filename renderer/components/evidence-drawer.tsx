import { Drawer, Group, Select } from '@mantine/core';
import type { CommandRecord, Evidence } from '#shared/domain/command';
import { useWords } from '../app/i18n';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { closeEvidence, selectEvidence, useEvidenceDrawer } from '../stores/evidence-store';
import { useHostName } from '../stores/fleet-store';
import { CopyButton } from './copy-button';
import classes from './evidence-drawer.module.css';
import { useFormat } from './format';
import { KeyValueTable } from './key-value-table';
import { StateBadge, type Tone } from './state-badge';
import { StateView } from './state-view';
import { useReturnFocus } from './use-return-focus';

/** The raw output behind a value: which command ran, how it ended, what it printed. One for the whole window. */
export function EvidenceDrawer() {
  const { t } = useWords();
  const { choices, selectedId, factPath } = useEvidenceDrawer();
  useReturnFocus(selectedId !== null);
  const query = useQuery(selectedId && `evidence/${selectedId}`, (signal) =>
    engine.inventory.evidence({ evidenceId: selectedId ?? '' }, { signal }),
  );
  return (
    <Drawer
      opened={selectedId !== null}
      onClose={closeEvidence}
      title={t('shell.evidence.title')}
      size={640}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
      classNames={{ body: classes.body, content: classes.content }}
    >
      {choices.length > 1 && (
        <Select
          label={t('shell.evidence.commands')}
          mb="sm"
          data={choices.map(({ evidenceId, command }, index) => ({
            value: evidenceId,
            label: `${index + 1}. ${command.replace(/\s+/g, ' ')}`,
          }))}
          value={selectedId}
          onChange={(id) => id && selectEvidence(id)}
          allowDeselect={false}
        />
      )}
      <StateView query={query}>{(evidence) => <EvidenceView evidence={evidence} factPath={factPath} />}</StateView>
    </Drawer>
  );
}

const shownCharacters = 200_000;

const tones: Partial<Record<CommandRecord['state'], Tone>> = {
  exited: 'info',
  denied: 'warn',
  'missing-tool': 'unknown',
  skipped: 'unknown',
  'not-needed': 'unknown',
  cancelled: 'unknown',
};

export function EvidenceView({ evidence, factPath }: { evidence: Evidence; factPath: string | null }) {
  const { t } = useWords();
  const format = useFormat();
  const hostName = useHostName(evidence.hostId);
  const { record } = evidence;
  const isRefused = record.state === 'exited' && record.exitCode !== 0;
  const tone = isRefused ? 'warn' : (tones[record.state] ?? 'bad');
  return (
    <>
      <div className={classes.command}>
        <code>{record.argv.map(quoteForReading).join(' ')}</code>
        <CopyButton
          isCompact
          text={record.argv.map(quoteForReading).join(' ')}
          label={t('shell.evidence.copyCommand')}
        />
      </div>
      <KeyValueTable
        columns={2}
        rows={[
          { label: t('shell.nav.node'), value: hostName },
          ...(factPath ? [{ label: t('shell.evidence.value'), value: <code>{factPath}</code> }] : []),
          {
            label: t('shell.evidence.state'),
            value: (
              <StateBadge tone={tone} variant="plain">
                {t(`shell.commandState.${record.state}`)}
              </StateBadge>
            ),
          },
          { label: t('shell.evidence.exitCode'), value: record.exitCode ?? '—' },
          { label: t('shell.evidence.privilege'), value: t(`shell.evidence.${record.privilege}`) },
          { label: t('shell.evidence.started'), value: format.dateTime(record.startedAtMs) },
          { label: t('shell.evidence.duration'), value: format.duration(record.durationMs) },
          { label: t('shell.evidence.size'), value: format.bytes(record.stdoutBytes + record.stderrBytes) },
        ]}
      />
      <Output title={t('shell.evidence.stdout')} text={evidence.stdoutText} record={record} isAlwaysShown />
      <Output title={t('shell.evidence.stderr')} text={evidence.stderrText} record={record} />
    </>
  );
}

interface OutputProps {
  title: string;
  text: string;
  record: CommandRecord;
  isAlwaysShown?: boolean;
}

/** What a node printed, as text and nothing else; long output is shown in part so that the window stays quick. */
function Output({ title, text, record, isAlwaysShown }: OutputProps) {
  const { t } = useWords();
  const format = useFormat();
  if (text === '' && !isAlwaysShown) return null;
  const isPart = text.length > shownCharacters;
  return (
    <section className={classes.output} aria-label={title}>
      <Group justify="space-between" gap="xs">
        <h3 className={classes.heading}>{title}</h3>
        {text !== '' && <CopyButton isCompact text={text} label={t('shell.evidence.copyOutput')} />}
      </Group>
      {text === '' ? (
        <div className="dim">{t('shell.evidence.empty')}</div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <pre className={classes.text} tabIndex={0}>
          {isPart ? text.slice(0, shownCharacters) : text}
        </pre>
      )}
      {isPart && (
        <div className="dim">
          {t('shell.evidence.partShown', { shown: format.bytes(shownCharacters), size: format.bytes(text.length) })}
        </div>
      )}
      {record.isTruncated && (
        <div className="dim">{t('shell.evidence.truncated', { size: format.bytes(record.stdoutBytes) })}</div>
      )}
    </section>
  );
}

/** Only for reading and copying; what runs on a node is quoted by the engine. */
function quoteForReading(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
