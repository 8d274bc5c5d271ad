import { UnstyledButton } from '@mantine/core';
import type { ProbeResult } from '#shared/domain/probe';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { Time } from '../../components/time';
import valueClasses from '../../components/value.module.css';
import { openProbeEvidence } from '../../stores/evidence-store';
import classes from './node.module.css';
import { Reason, useResults } from './probe-section';
import { ProbeStateBadge } from './probe-state-badge';

interface ProbeRow {
  id: string;
  result: ProbeResult | undefined;
}

/** Every probe of the node: how it went, why, and each command it ran. */
export function ProbesTab() {
  const { t } = useWords();
  const format = useFormat();
  const { results, infos } = useResults();
  const ids = [...new Set([...infos.keys(), ...results.keys()])];
  const rows: ProbeRow[] = ids.map((id) => ({ id, result: results.get(id) }));
  return (
    <FactTable
      label={t('nodeScreen.tab.probes')}
      rows={rows}
      rowKey={(row) => row.id}
      empty={t('nodeScreen.probe.notYet')}
      columns={[
        { id: 'probe', header: t('nodeScreen.column.probe'), cell: ({ id }) => <code>{id}</code> },
        {
          id: 'state',
          header: t('nodeScreen.column.state'),
          cell: ({ result }) =>
            result ? (
              <ProbeStateBadge state={result.state} variant="plain" />
            ) : (
              <span className="dim">{t('nodeScreen.probe.notYet')}</span>
            ),
        },
        {
          id: 'commands',
          header: t('nodeScreen.column.commands'),
          isWide: true,
          cell: ({ result }) => (
            <div className={classes.commands} style={{ whiteSpace: 'normal' }}>
              {result && <Reason result={result} />}
              {result?.commands.map((command) => (
                <UnstyledButton
                  key={command.evidenceId}
                  className={`${valueClasses.value} mono ellipsis`}
                  onClick={() => openProbeEvidence(result, command.commandId)}
                >
                  {command.argv.join(' ')}
                </UnstyledButton>
              ))}
            </div>
          ),
        },
        {
          id: 'took',
          header: t('nodeScreen.column.took'),
          isNumeric: true,
          cell: ({ result }) => (result ? format.duration(result.durationMs) : '—'),
        },
        {
          id: 'at',
          header: t('nodeScreen.column.at'),
          isNumeric: true,
          cell: ({ result }) => (result ? <Time atMs={result.observedAtMs} /> : '—'),
        },
      ]}
    />
  );
}
