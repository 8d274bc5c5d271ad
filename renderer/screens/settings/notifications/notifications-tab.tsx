import { Button, Menu, Select } from '@mantine/core';
import { IconBell, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { severities } from '#shared/domain/finding';
import type { ShownChannel } from '#shared/domain/notifications/channel';
import { type ChannelKind, channelKinds } from '#shared/domain/notifications/channel-kinds';
import { useWords } from '../../../app/i18n';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { useSavedSettings } from '../../../forms/use-saved-settings';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useStream } from '../../../rpc/use-stream';
import classes from '../settings.module.css';
import { ChannelForm } from './channel-form';
import { ChannelList } from './channel-list';
import { DeliveryLog } from './delivery-log';
import { type Draft, newChannel } from './new-channel';

const LOG_LENGTH = 100;

/** Who is told of alerts, how that goes, and from when on they are incidents. */
export function NotificationsTab() {
  const { t, language } = useWords();
  const [edited, setEdited] = useState<{ draft: Draft; kept: ShownChannel | null } | null>(null);
  const query = useQuery('notifications', async (signal) => {
    const [channels, log] = await Promise.all([
      engine.notifications.channels(undefined, { signal }),
      engine.notifications.log({ limit: LOG_LENGTH }, { signal }),
    ]);
    return { channels, log };
  });
  useStream('notifications', (signal) => engine.notifications.watch(undefined, { signal }), query.refetch);
  const add = (kind: ChannelKind): void => {
    setEdited({ draft: newChannel(kind, t(`notificationsTab.kind.${kind}`), language), kept: null });
  };
  return (
    <>
      <p className={classes.explain}>{t('notificationsTab.explain')}</p>
      <IncidentsFrom />
      <div className={classes.bar}>
        <h2 className={classes.heading}>{t('notificationsTab.channels')}</h2>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button size="compact-sm" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
              {t('notificationsTab.add')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {channelKinds.map((kind) => (
              <Menu.Item key={kind} onClick={() => add(kind)}>
                {t(`notificationsTab.kind.${kind}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <StateView query={query}>
        {({ channels, log }) =>
          channels.length === 0 && log.length === 0 ? (
            <StatePanel
              variant="inline"
              icon={IconBell}
              title={t('notificationsTab.noChannels')}
              detail={t('notificationsTab.noChannelsDetail')}
            />
          ) : (
            <>
              <ChannelList
                channels={channels}
                onEdit={(channel) => setEdited({ draft: channel, kept: channel })}
                onChanged={query.refetch}
              />
              <h2 className={classes.heading} style={{ margin: '26px 0 12px' }}>
                {t('notificationsTab.log')}
              </h2>
              <DeliveryLog deliveries={log} channelNames={new Map(channels.map(({ id, name }) => [id, name]))} />
            </>
          )
        }
      </StateView>
      {edited && (
        <ChannelForm
          draft={edited.draft}
          kept={edited.kept}
          onClose={() => {
            setEdited(null);
            query.refetch();
          }}
        />
      )}
    </>
  );
}

function IncidentsFrom() {
  const { t } = useWords();
  const { query, save } = useSavedSettings();
  return (
    <StateView query={query}>
      {({ alertIncidents }) => (
        <section className={classes.group}>
          <Select
            label={t('notificationsTab.incidentsFrom')}
            description={t('notificationsTab.incidentsHelp')}
            allowDeselect={false}
            data={[
              ...severities.map((value) => ({
                value,
                label: t('notificationsTab.andWorse', { severity: t(`shell.severity.${value}`) }),
              })),
              { value: 'never', label: t('notificationsTab.never') },
            ]}
            value={alertIncidents}
            onChange={(value) => value && void save({ alertIncidents: value })}
          />
        </section>
      )}
    </StateView>
  );
}
