import { NumberInput, Switch, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Settings } from '#shared/contract/system';
import { useWords } from '../../app/i18n';
import { CodeWords } from '../../components/code-words';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import { PathField } from '../../forms/path-field';
import { useSavedSettings } from '../../forms/use-saved-settings';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { HistoryImport } from './history-import';
import { PrometheusServerGroup } from './prometheus-server';
import classes from './settings.module.css';

type Serving = Settings['metricsServer'];

/** Whether and where Gantry serves `/metrics`, and how that goes. */
export function PrometheusTab() {
  const { query, save } = useSavedSettings();
  return (
    <StateView query={query}>
      {({ metricsServer, prometheusServer }) => (
        <>
          <Serving
            serving={metricsServer}
            onSave={(change) => save({ metricsServer: { ...metricsServer, ...change } })}
          />
          <PrometheusServerGroup
            server={prometheusServer}
            onSave={(change) => save({ prometheusServer: { ...prometheusServer, ...change } })}
          />
          <HistoryImport server={prometheusServer} />
        </>
      )}
    </StateView>
  );
}

function Serving({ serving, onSave }: { serving: Serving; onSave: (change: Partial<Serving>) => Promise<void> }) {
  const { t } = useWords();
  return (
    <>
      <p className={classes.explain}>
        <CodeWords text={t('settings.prometheus.explain')} />
      </p>
      <section className={classes.group}>
        <Switch
          label={t('settings.prometheus.isOn')}
          checked={serving.isOn}
          onChange={(event) => void onSave({ isOn: event.currentTarget.checked })}
        />
        {serving.isOn && <ServerStatus serving={serving} />}
        <AddressField value={serving.address} onSave={(address) => onSave({ address })} />
        <PortField value={serving.port} onSave={(port) => onSave({ port })} />
        <PathField
          label={t('settings.prometheus.tokenFile')}
          help={t('settings.prometheus.tokenHelp')}
          placeholder=""
          value={serving.tokenFile}
          onSave={(tokenFile) => onSave({ tokenFile })}
        />
        <PathField
          label={t('settings.prometheus.certificateFile')}
          help={t('settings.prometheus.certificateHelp')}
          placeholder=""
          value={serving.certificateFile}
          onSave={(certificateFile) => onSave({ certificateFile })}
        />
        <PathField
          label={t('settings.prometheus.keyFile')}
          help={t('settings.prometheus.keyHelp')}
          placeholder=""
          value={serving.keyFile}
          onSave={(keyFile) => onSave({ keyFile })}
        />
      </section>
    </>
  );
}

function ServerStatus({ serving }: { serving: Serving }) {
  const { t, message } = useWords();
  const status = useQuery(`metrics-server ${JSON.stringify(serving)}`, (signal) =>
    engine.prometheus.status(undefined, { signal }),
  );
  return (
    <StateView query={status}>
      {(now) =>
        now.state === 'failed' ? (
          <StatePanel
            variant="inline"
            tone="bad"
            title={t('settings.prometheus.failed')}
            detail={message(now.message)}
          />
        ) : now.state === 'listening' ? (
          <StatePanel variant="inline" title={t('settings.prometheus.listening')} detail={<code>{now.url}</code>} />
        ) : null
      }
    </StateView>
  );
}

/** Saved when it is left or with Enter. */
function AddressField({ value, onSave }: { value: string; onSave: (value: string) => Promise<void> }) {
  const { t } = useWords();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const save = () => {
    const next = text.trim();
    if (next === '') setText(value);
    else if (next !== value) void onSave(next);
  };
  return (
    <TextInput
      label={t('settings.prometheus.address')}
      description={t('settings.prometheus.addressHelp')}
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  );
}

/** Saved when it is left or with Enter. */
function PortField({ value, onSave }: { value: number; onSave: (value: number) => Promise<void> }) {
  const { t } = useWords();
  const [port, setPort] = useState<number | string>(value);
  useEffect(() => setPort(value), [value]);
  const save = () => {
    if (typeof port !== 'number') setPort(value);
    else if (port !== value) void onSave(port);
  };
  return (
    <NumberInput
      label={t('settings.prometheus.port')}
      min={1}
      max={65_535}
      clampBehavior="strict"
      allowDecimal={false}
      value={port}
      onChange={setPort}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  );
}
