import { ActionIcon, Anchor, Button, Checkbox, Select, TextInput } from '@mantine/core';
import { IconArrowLeft, IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { severities } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { goBack, navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { type RunSummary, useTreeTitles } from '../../../findings/use-trees';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { useHostNames } from '../../../stores/fleet-store';
import { runTones } from '../run/run-tones';
import classes from './compare.module.css';
import { isComparable } from './compare-screen';
import { openedFileId, useOpenedTranscript } from './opened-transcript';
import { matchesRun, noFilter, type RunFilter } from './run-filter';

/** As large as the engine takes it. */
const maxFileBytes = 64 * 1024 * 1024;

/** Every run that is kept: found again by node, diagnosis, finding and day, opened, and two of them compared. */
export function RunsScreen({ hostId, treeId }: { hostId: string | null; treeId: string | null }) {
  const { t, localized } = useWords();
  const titles = useTreeTitles();
  const hostName = useHostNames();
  const format = useFormat();
  const [filter, setFilter] = useState<RunFilter>({ ...noFilter, hostId, treeId });
  const [picked, setPicked] = useState<readonly string[]>([]);
  const runs = useQuery('diagnosis.list:null', (signal) => engine.diagnosis.list({}, { signal }));
  const openFile = useCall(async (signal) => {
    const file = await native.dialog.openFile(
      { filters: [{ name: 'JSON', extensions: ['gz', 'json'] }], maxBytes: maxFileBytes },
      { signal },
    );
    if (file === null) return;
    useOpenedTranscript.setState({ file: { name: file.name, bytes: new Uint8Array(file.bytes) } });
    navigate({ screen: 'diagnose', section: 'replay', runId: openedFileId });
  });
  const all = runs.data ?? [];
  const shown = all.filter((run) =>
    matchesRun(run, filter, [
      hostName(run.hostId),
      titles.get(run.treeId) ?? '',
      ...run.findings.map(({ title }) => localized(title)),
    ]),
  );
  const [one, other] = picked.flatMap((id) => all.find((run) => run.id === id) ?? []);
  const canCompare = one !== undefined && other !== undefined && one.treeId === other.treeId;
  const pick = (run: RunSummary, isPicked: boolean) =>
    setPicked(isPicked ? [...picked.slice(-1), run.id] : picked.filter((id) => id !== run.id));
  const options = (values: readonly string[], label: (value: string) => string) =>
    [...new Set(values)]
      .map((value) => ({ value, label: label(value) }))
      .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <>
      <Toolbar
        title={
          <span>
            <ActionIcon size="sm" aria-label={t('diagnoseScreen.backToList')} onClick={goBack}>
              <IconArrowLeft size={16} aria-hidden />
            </ActionIcon>
            <span className="ellipsis">{t('runs.all')}</span>
          </span>
        }
      >
        <Button
          variant="default"
          leftSection={<IconFileImport size={14} aria-hidden />}
          loading={openFile.isRunning}
          onClick={() => void openFile.run()}
        >
          {t('runs.openFile')}
        </Button>
        <Button
          disabled={!canCompare}
          title={canCompare ? undefined : t('runs.pickTwo')}
          onClick={() =>
            canCompare && navigate({ screen: 'diagnose', section: 'compare', runId: one.id, otherId: other.id })
          }
        >
          {t('runs.compare')}
        </Button>
      </Toolbar>
      <div className={classes.body}>
        {Boolean(openFile.error) && <ErrorView error={openFile.error} variant="inline" />}
        <div className={classes.filters}>
          <TextInput
            w={240}
            label={t('runs.search')}
            value={filter.text}
            onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
          />
          <Select
            clearable
            searchable
            label={t('diagnoseScreen.column.node')}
            data={options(
              all.map((run) => run.hostId),
              hostName,
            )}
            value={filter.hostId}
            onChange={(value) => setFilter({ ...filter, hostId: value })}
          />
          <Select
            clearable
            searchable
            label={t('diagnoseScreen.column.diagnosis')}
            data={options(
              all.map((run) => run.treeId),
              (id) => titles.get(id) ?? id,
            )}
            value={filter.treeId}
            onChange={(value) => setFilter({ ...filter, treeId: value })}
          />
          <Select
            clearable
            searchable
            w={140}
            label={t('runs.column.finding')}
            data={options(
              all.flatMap((run) => run.findings.map(({ code }) => code)),
              (code) => code,
            )}
            value={filter.code}
            onChange={(value) => setFilter({ ...filter, code: value })}
          />
          <TextInput
            type="date"
            label={t('runs.from')}
            value={filter.from}
            onChange={(event) => setFilter({ ...filter, from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('runs.to')}
            value={filter.to}
            onChange={(event) => setFilter({ ...filter, to: event.currentTarget.value })}
          />
        </div>
        <StateView query={runs}>
          {() => (
            <FactTable
              label={t('runs.all')}
              rows={shown}
              rowKey={({ id }) => id}
              empty={t(all.length === 0 ? 'diagnoseScreen.noRecent' : 'runs.noMatch')}
              columns={[
                {
                  id: 'pick',
                  header: '',
                  width: 36,
                  cell: (run) => (
                    <Checkbox
                      size="xs"
                      aria-label={t('runs.pick', {
                        host: hostName(run.hostId),
                        time: format.dateTime(run.startedAtMs),
                      })}
                      disabled={!isComparable(run)}
                      checked={picked.includes(run.id)}
                      onChange={(event) => pick(run, event.currentTarget.checked)}
                    />
                  ),
                },
                {
                  id: 'diagnosis',
                  header: t('diagnoseScreen.column.diagnosis'),
                  cell: (run) => (
                    <Anchor
                      component="button"
                      type="button"
                      className={classes.link}
                      onClick={() => navigate({ screen: 'diagnose', runId: run.id })}
                    >
                      {titles.get(run.treeId) ?? run.treeId}
                    </Anchor>
                  ),
                },
                { id: 'node', header: t('diagnoseScreen.column.node'), cell: (run) => hostName(run.hostId) },
                {
                  id: 'state',
                  header: t('diagnoseScreen.column.state'),
                  cell: (run) => (
                    <StateBadge tone={runTones[run.state]} variant="plain">
                      {t(run.isWhatIf ? 'diagnoseScreen.whatIf' : `diagnoseScreen.state.${run.state}`)}
                    </StateBadge>
                  ),
                },
                {
                  id: 'findings',
                  header: t('diagnoseScreen.column.findings'),
                  isWide: true,
                  cell: (run) =>
                    run.findings.map((finding, index) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: one code can be found twice, and a finished list never moves
                      <div key={index} className="ellipsis" title={localized(finding.title)}>
                        <SeverityBadge
                          severity={severities.find((one) => one === finding.severity) ?? 'info'}
                          variant="plain"
                        />{' '}
                        {finding.code} {localized(finding.title)}
                      </div>
                    )),
                },
                {
                  id: 'when',
                  header: t('diagnoseScreen.column.when'),
                  cell: (run) => format.dateTime(run.startedAtMs),
                },
              ]}
            />
          )}
        </StateView>
      </div>
    </>
  );
}
