import { useWords } from '../../app/i18n';
import { useNotices } from '../../app/use-notices';
import { KeyValueTable } from '../../components/key-value-table';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import { engine, native, useConnection } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import classes from './settings.module.css';

export function AboutTab() {
  const { t, message } = useWords();
  const hasNative = useConnection((state) => state.hasNative);
  const notices = useNotices();
  const info = useQuery('system', (signal) => engine.system.info(undefined, { signal }));
  const { data: app } = useQuery(hasNative ? 'app' : null, (signal) => native.app.info(undefined, { signal }));
  return (
    <StateView query={info}>
      {({ version, dataDir, platform, secretStorage }) => (
        <div className={classes.group}>
          <KeyValueTable
            rows={[
              { label: t('settings.about.version'), value: version },
              { label: t('settings.about.dataDir'), value: <code>{dataDir}</code> },
              { label: t('settings.about.platform'), value: platform },
              {
                label: t('settings.about.secrets'),
                value: t(`settings.about.${secretStorage}`),
              },
              ...(app
                ? [
                    { label: t('settings.about.electron'), value: app.electronVersion },
                    { label: t('settings.about.chrome'), value: app.chromeVersion },
                    { label: t('settings.about.node'), value: app.nodeVersion },
                  ]
                : []),
            ]}
          />
          {notices.map((notice) => (
            <StatePanel key={JSON.stringify(notice)} variant="inline" tone="warn" title={message(notice)} />
          ))}
        </div>
      )}
    </StateView>
  );
}
