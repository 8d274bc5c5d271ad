import { Button, NumberInput, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Settings } from '#shared/contract/system';
import { prometheusServerSchema } from '#shared/domain/telemetry/prometheus-server';
import { useWords } from '../../app/i18n';
import { notifyError } from '../../components/notify-error';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import { Ago } from '../../components/time';
import { PathField } from '../../forms/path-field';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import classes from './settings.module.css';

type Server = Settings['prometheusServer'];
type Save = (change: Partial<Server>) => Promise<void>;

const ASK_AGAIN_MS = 3000;

/** The server that samples are stored on and history is read from. */
export function PrometheusServerGroup({ server, onSave }: { server: Server; onSave: Save }) {
  const { t } = useWords();
  const [hours, setHours] = useState<number | string>(server.bufferHours);
  useEffect(() => setHours(server.bufferHours), [server.bufferHours]);
  return (
    <section className={classes.group}>
      <h2>{t('settings.server.title')}</h2>
      <p className={classes.explain}>{t('settings.server.explain')}</p>
      <UrlField
        label={t('settings.server.url')}
        help={t('settings.server.urlHelp')}
        value={server.url}
        onSave={(url) => onSave(url === null ? { url, isOn: false } : { url })}
      />
      <Switch
        label={t('settings.server.isOn')}
        disabled={server.url === null}
        checked={server.isOn}
        onChange={(event) => void onSave({ isOn: event.currentTarget.checked })}
      />
      {server.isOn && <ServerState server={server} />}
      <Switch
        label={t('settings.server.isHistory')}
        description={t('settings.server.isHistoryHelp', { hours: server.bufferHours })}
        disabled={!server.isOn}
        checked={server.isHistory}
        onChange={(event) => void onSave({ isHistory: event.currentTarget.checked })}
      />
      {server.isHistory && (
        <NumberInput
          label={t('settings.server.bufferHours')}
          min={3}
          max={168}
          clampBehavior="strict"
          allowDecimal={false}
          value={hours}
          onChange={setHours}
          onBlur={() => {
            if (typeof hours === 'number') void onSave({ bufferHours: hours });
            else setHours(server.bufferHours);
          }}
        />
      )}
      <PathField
        label={t('settings.server.userName')}
        help={t('settings.server.userNameHelp')}
        placeholder=""
        value={server.userName}
        onSave={(userName) => onSave({ userName })}
      />
      <SecretField />
      <PathField
        label={t('settings.server.authorityFile')}
        help={t('settings.server.authorityHelp')}
        placeholder=""
        value={server.authorityFile}
        onSave={(authorityFile) => onSave({ authorityFile })}
      />
      <UrlField
        label={t('settings.server.writeUrl')}
        help={t('settings.server.writeUrlHelp')}
        value={server.writeUrl}
        onSave={(writeUrl) => onSave({ writeUrl })}
      />
    </section>
  );
}

function ServerState({ server }: { server: Server }) {
  const { t, message } = useWords();
  const { isHistory: _, bufferHours: __, ...rest } = server;
  const status = useQuery(`prometheus-server ${JSON.stringify(rest)}`, (signal) =>
    engine.prometheus.serverStatus(undefined, { signal }),
  );
  const { refetch } = status;
  useEffect(() => {
    const timer = setInterval(refetch, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  return (
    <StateView query={status}>
      {(now) => {
        if (now.state === 'off') return null;
        if (now.state === 'failed') {
          return (
            <StatePanel variant="inline" tone="bad" title={t('settings.server.failed')} detail={message(now.message)} />
          );
        }
        const behindSeconds = now.sentToMs === null ? null : Math.max(0, Math.round((now.nowMs - now.sentToMs) / 1000));
        return (
          <StatePanel
            variant="inline"
            tone={now.problem ? 'warn' : now.dropped > 0 ? 'warn' : 'info'}
            title={t(now.problem ? 'settings.server.waiting' : 'settings.server.sending')}
            detail={
              <>
                {now.problem && <span className={classes.line}>{message(now.problem)}</span>}
                <span className={classes.line}>
                  {t('settings.server.lastSent')}{' '}
                  {now.lastSentAtMs === null ? t('settings.server.never') : <Ago atMs={now.lastSentAtMs} />}
                  {behindSeconds !== null && ` · ${t('settings.server.behind', { seconds: behindSeconds })}`}
                </span>
                {now.dropped > 0 && (
                  <span className={classes.line}>
                    {t('settings.server.dropped', { count: now.dropped })} {now.lastRefusal}
                  </span>
                )}
              </>
            }
          />
        );
      }}
    </StateView>
  );
}

/** Saved when it is left or with Enter; empty means none. */
function UrlField(props: {
  label: string;
  help: string;
  value: string | null;
  onSave: (value: string | null) => Promise<void>;
}) {
  const { t } = useWords();
  const [text, setText] = useState(props.value ?? '');
  useEffect(() => setText(props.value ?? ''), [props.value]);
  const next = text.trim() === '' ? null : text.trim();
  const isRight = prometheusServerSchema.shape.url.safeParse(next).success;
  const save = () => {
    if (isRight && next !== props.value) void props.onSave(next);
  };
  return (
    <TextInput
      label={props.label}
      description={props.help}
      error={isRight ? null : t('settings.server.urlMalformed')}
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  );
}

/** What is kept is never shown. */
function SecretField() {
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState('');
  const has = useQuery('prometheus-server-secret', (signal) =>
    engine.prometheus.hasServerSecret(undefined, { signal }),
  );
  const save = async (secret: string | null) => {
    try {
      await engine.prometheus.setServerSecret({ secret });
      setText('');
      has.refetch();
    } catch (error) {
      notifyError(error, words, t('settings.notSaved'));
    }
  };
  return (
    <div className={classes.secret}>
      <PasswordInput
        label={t('settings.server.secret')}
        description={t(has.data ? 'settings.server.secretKept' : 'settings.server.secretHelp')}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && text !== '' && void save(text)}
      />
      <Button variant="default" disabled={text === ''} onClick={() => void save(text)}>
        {t('settings.server.keepSecret')}
      </Button>
      {has.data && (
        <Button variant="default" onClick={() => void save(null)}>
          {t('settings.server.forgetSecret')}
        </Button>
      )}
    </div>
  );
}
