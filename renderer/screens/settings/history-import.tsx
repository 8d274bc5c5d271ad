import { Button, Group, MultiSelect, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { HistoryImported } from '#shared/contract/prometheus';
import type { Settings } from '#shared/contract/system';
import { metricIds } from '#shared/domain/telemetry/metrics';
import { prometheusServerSchema } from '#shared/domain/telemetry/prometheus-server';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../app/i18n';
import { localTimeText, readLocalTime } from '../../charts/local-time';
import { ErrorView } from '../../components/error-view';
import { Meter } from '../../components/meter';
import { StatePanel } from '../../components/state-panel';
import { engine } from '../../rpc/client';
import { useCall } from '../../rpc/use-call';
import { useFleet } from '../../stores/fleet-store';
import classes from './settings.module.css';

type Found = Extract<HistoryImported, { step: 'found' }>;
type Imported = Extract<HistoryImported, { step: 'imported' }>;

interface Progress {
  readonly isDry: boolean;
  readonly found: Found | null;
  readonly imported: Imported | null;
  readonly state: 'running' | 'cancelled' | 'done';
}

const WEEK_MS = 7 * 86_400_000;
const UNMAPPED_SHOWN = 8;

/** History of a server for the store of this workstation: counted first, cancelled and begun again as one likes. */
export function HistoryImport({ server }: { server: Settings['prometheusServer'] }) {
  const { t, message } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const [url, setUrl] = useState(server.url ?? '');
  useEffect(() => setUrl(server.url ?? ''), [server.url]);
  const [from, setFrom] = useState(() => localTimeText(Date.now() - WEEK_MS));
  const [to, setTo] = useState(() => localTimeText(Date.now()));
  const [hostIds, setHostIds] = useState<string[]>([]);
  const [metrics, setMetrics] = useState<string[]>([]);
  const [progress, setProgress] = useState<Progress | null>(null);

  const [fromMs, toMs] = [readLocalTime(from), readLocalTime(to)];
  const isRange = fromMs !== null && toMs !== null && fromMs < toMs;
  const isUrl = prometheusServerSchema.shape.url.safeParse(url.trim()).success;
  const call = useCall(async (signal, isDry: boolean) => {
    setProgress({ isDry, found: null, imported: null, state: 'running' });
    const other = { url: url.trim(), userName: null, secretFile: null, authorityFile: null };
    const steps = await engine.prometheus.importHistory(
      {
        server: url.trim() === server.url ? null : other,
        fromMs: fromMs ?? 0,
        toMs: toMs ?? 0,
        isDry,
        ...(hostIds.length > 0 ? { hostIds } : {}),
        ...(metrics.length > 0 ? { metrics: metricIds.filter((id) => metrics.includes(id)) } : {}),
      },
      { signal },
    );
    for await (const step of steps) {
      setProgress((before) => before && { ...before, [step.step]: step });
    }
    setProgress((before) => before && { ...before, state: 'done' });
  });
  const cancel = () => {
    call.cancel();
    setProgress((before) => before && { ...before, state: 'cancelled' });
  };
  const canStart = isUrl && isRange && !call.isRunning;

  return (
    <section className={classes.group}>
      <h2>{t('settings.import.title')}</h2>
      <p className={classes.explain}>{t('settings.import.explain')}</p>
      <TextInput
        label={t('settings.import.url')}
        description={t('settings.import.urlHelp')}
        error={url === '' || isUrl ? null : t('settings.server.urlMalformed')}
        spellCheck={false}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Group grow align="flex-start" gap={8}>
        <TextInput
          type="datetime-local"
          label={t('settings.import.from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t('settings.import.to')}
          error={fromMs !== null && toMs !== null && !isRange ? t('settings.import.rangeWrong') : null}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </Group>
      <MultiSelect
        label={t('settings.import.nodes')}
        placeholder={hostIds.length === 0 ? t('settings.import.allNodes') : ''}
        searchable
        data={[...(hosts?.values() ?? [])].map(({ spec }) => ({ value: spec.id, label: spec.name }))}
        value={hostIds}
        onChange={setHostIds}
      />
      <MultiSelect
        label={t('settings.import.metrics')}
        placeholder={metrics.length === 0 ? t('settings.import.allMetrics') : ''}
        searchable
        data={metricIds.map((id) => ({ value: id, label: `${metricWords(id, message).name} · ${id}` }))}
        value={metrics}
        onChange={setMetrics}
      />
      <Group gap={8}>
        <Button variant="default" disabled={!canStart} onClick={() => void call.run(true)}>
          {t('settings.import.count')}
        </Button>
        <Button disabled={!canStart} onClick={() => void call.run(false)}>
          {t('settings.import.start')}
        </Button>
        {call.isRunning && (
          <Button variant="default" onClick={cancel}>
            {t('settings.import.cancel')}
          </Button>
        )}
      </Group>
      {call.error ? <ErrorView error={call.error} variant="inline" /> : progress && <Told progress={progress} />}
    </section>
  );
}

function Told({ progress: { isDry, found, imported, state } }: { progress: Progress }) {
  const { t, message } = useWords();
  const share = imported?.share ?? 0;
  const title =
    state === 'done'
      ? t(isDry ? 'settings.import.counted' : 'settings.import.done')
      : state === 'cancelled'
        ? t('settings.import.cancelled')
        : t(isDry ? 'settings.import.counting' : 'settings.import.running');
  const key = isDry ? 'prometheus.importCounted' : 'prometheus.imported';
  return (
    <>
      <StatePanel
        variant="inline"
        title={title}
        detail={
          <>
            {state === 'running' && (
              <span className={classes.line}>
                <Meter value={share} max={1} label={`${Math.floor(share * 100)} %`} /> {Math.floor(share * 100)} %
              </span>
            )}
            {found && (
              <span className={classes.line}>
                {message({
                  key: 'prometheus.importFound',
                  params: { series: found.series, nodes: found.hostIds.length },
                })}
              </span>
            )}
            {imported && (
              <span className={classes.line}>
                {message({
                  key,
                  params: { taken: imported.taken, passedOver: imported.passedOver, unknown: imported.unknown },
                })}
              </span>
            )}
            {state === 'running' && !isDry && <span className={classes.line}>{t('settings.import.leaving')}</span>}
          </>
        }
      />
      {found && found.unmapped.length > 0 && <Unmapped unmapped={found.unmapped} />}
    </>
  );
}

function Unmapped({ unmapped }: { unmapped: Found['unmapped'] }) {
  const { t } = useWords();
  return (
    <StatePanel
      variant="inline"
      tone="warn"
      title={t('settings.import.unmapped')}
      detail={
        <>
          {unmapped.slice(0, UNMAPPED_SHOWN).map(({ reason, job, instance, series }) => (
            <span key={`${reason} ${job} ${instance}`} className={classes.line}>
              {t('settings.import.unmappedLine', {
                series,
                job,
                instance,
                reason: t(`settings.import.reason.${reason}`),
              })}
            </span>
          ))}
          {unmapped.length > UNMAPPED_SHOWN && (
            <span className={classes.line}>
              {t('settings.import.more', { count: unmapped.length - UNMAPPED_SHOWN })}
            </span>
          )}
        </>
      }
    />
  );
}
