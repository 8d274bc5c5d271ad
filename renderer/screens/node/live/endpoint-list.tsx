import { ActionIcon, Button, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { MetricsEndpoint } from '#shared/domain/telemetry/metrics-endpoint';
import { serviceName } from '#shared/domain/telemetry/service-name';
import { useWords } from '../../../app/i18n';
import { describeError } from '../../../components/describe-error';
import { ErrorView } from '../../../components/error-view';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { LoadingLines } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import classes from './endpoint-list.module.css';

interface EndpointListProps {
  hostId: string;
  /** As the watching of the node tells them now. */
  told: readonly MetricsEndpoint[];
}

/** The `/metrics` of a node that are read, and those that a person names or forgets. */
export function EndpointList(props: EndpointListProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={440} shadow="md" trapFocus withRoles>
      <Popover.Target>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconPlugConnected size={14} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {t('liveTab.endpoint.list')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('liveTab.endpoint.list')}>
        <Endpoints {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Endpoints({ hostId, told }: EndpointListProps) {
  const words = useWords();
  const { t } = words;
  const named = useQuery(`endpoints:${hostId}`, (signal) => engine.telemetry.endpoints({ hostId }, { signal }));
  const [address, setAddress] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const change = async (changed: string, isNamed: boolean): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const { url } = await engine.telemetry.setEndpoint({ hostId, address: changed, isNamed });
      named.set((urls = []) => [...urls.filter((one) => one !== url), ...(isNamed ? [url] : [])].sort());
      if (isNamed) setAddress('');
    } catch (error) {
      const { title, detail } = describeError(error, words);
      setProblem(detail ?? title);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (address.trim() !== '' && !isBusy) void change(address, true);
  };
  return (
    <div className={classes.panel}>
      <p className="dim">{t('liveTab.endpoint.explain')}</p>
      {named.data ? (
        <List named={named.data} told={told} onForget={(url) => void change(url, false)} />
      ) : named.error ? (
        <ErrorView variant="inline" error={named.error} onRetry={named.refetch} />
      ) : (
        <LoadingLines />
      )}
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          data-autofocus
          className={classes.address}
          label={t('liveTab.endpoint.address')}
          placeholder="8003, 10.0.0.5:9400, http://…"
          maxLength={500}
          value={address}
          error={problem}
          onChange={(event) => {
            setAddress(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <Button type="submit" variant="default" className={classes.add} disabled={address.trim() === '' || isBusy}>
          {t('liveTab.endpoint.add')}
        </Button>
      </form>
    </div>
  );
}

const tones: Record<MetricsEndpoint['state'], Tone> = {
  starting: 'info',
  reading: 'ok',
  missing: 'warn',
  denied: 'unknown',
  failed: 'warn',
};

interface ListProps {
  named: readonly string[];
  told: readonly MetricsEndpoint[];
  onForget: (url: string) => void;
}

function List({ named, told, onForget }: ListProps) {
  const { t } = useWords();
  const isNamed = new Set(named);
  // What was forgotten a moment ago may be told once more.
  const found = told.flatMap((one) => (one.isNamed || isNamed.has(one.url) ? [] : one.url));
  const urls = [...found, ...named];
  if (urls.length === 0) return <p>{t('liveTab.endpoint.none')}</p>;
  return (
    <ul className={classes.list} aria-label={t('liveTab.endpoint.list')}>
      {urls.map((url) => {
        const { state, exporters = [], detail } = told.find((one) => one.url === url) ?? {};
        return (
          <li key={url}>
            <span className={classes.name}>
              <code>{url}</code>
              <span className="dim">
                {[
                  ...exporters.map((kind) => serviceName(kind).product),
                  ...(isNamed.has(url) ? [] : [t('liveTab.endpoint.found')]),
                ].join(' · ')}
              </span>
            </span>
            <StateBadge
              tone={state ? tones[state] : 'unknown'}
              variant="plain"
              title={state === 'denied' ? t('liveTab.endpoint.denied') : (detail ?? undefined)}
            >
              {t(`liveTab.endpoint.state.${state ?? 'unasked'}`)}
            </StateBadge>
            {isNamed.has(url) && (
              <Tooltip label={t('liveTab.endpoint.forget', { endpoint: url })}>
                <ActionIcon aria-label={t('liveTab.endpoint.forget', { endpoint: url })} onClick={() => onForget(url)}>
                  <IconTrash size={14} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
          </li>
        );
      })}
    </ul>
  );
}
