import { ActionIcon, Button, Menu, Switch } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import type { ShownChannel } from '#shared/domain/notifications/channel';
import { shownTarget } from '#shared/domain/notifications/channel-target';
import { useWords } from '../../../app/i18n';
import { confirm } from '../../../components/confirm';
import { FactTable } from '../../../components/fact-table';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import { Time } from '../../../components/time';
import { engine } from '../../../rpc/client';
import classes from './notifications.module.css';

interface ChannelListProps {
  channels: readonly ShownChannel[];
  onEdit: (channel: ShownChannel) => void;
  onChanged: () => void;
}

/** The channels and how each does; to be tried, switched, changed and removed. */
export function ChannelList({ channels, onEdit, onChanged }: ChannelListProps) {
  const { t } = useWords();
  return (
    <FactTable
      label={t('notificationsTab.channels')}
      rows={channels}
      rowKey={({ id }) => id}
      empty={t('notificationsTab.noChannels')}
      columns={[
        {
          id: 'name',
          header: t('notificationsTab.name'),
          cell: (channel) => (
            <span className={classes.channel} data-is-name>
              <strong>{channel.name}</strong>
              <span className="dim">
                {[t(`notificationsTab.kind.${channel.target.kind}`), shownTarget(channel.target)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
          ),
        },
        {
          id: 'routing',
          header: t('notificationsTab.toldOf'),
          cell: ({ routing }) => (
            <span className={classes.channel}>
              <span className={classes.told}>
                {t('notificationsTab.from1')}
                <SeverityBadge severity={routing.minSeverity} variant="plain" />
              </span>
              {routing.hosts && <code className="dim">{routing.hosts}</code>}
            </span>
          ),
        },
        {
          id: 'state',
          header: t('notificationsTab.state'),
          isWide: true,
          cell: (channel) => <HowItDoes channel={channel} />,
        },
        {
          id: 'actions',
          header: t('notificationsTab.actions'),
          cell: (channel) => <ChannelActions channel={channel} onEdit={onEdit} onChanged={onChanged} />,
        },
      ]}
    />
  );
}

function HowItDoes({ channel: { isOn, waiting, last, secretStates } }: { channel: ShownChannel }) {
  const { t, message } = useWords();
  const missing = Object.values(secretStates).includes('missing');
  return (
    <span className={classes.channel}>
      <span className={classes.told}>
        {!isOn ? (
          <StateBadge tone="unknown" variant="plain">
            {t('notificationsTab.off')}
          </StateBadge>
        ) : missing ? (
          <StateBadge tone="bad">{t('notificationsTab.secretMissing')}</StateBadge>
        ) : last === null ? (
          <StateBadge tone="unknown" variant="plain">
            {t('notificationsTab.neverUsed')}
          </StateBadge>
        ) : (
          <>
            <StateBadge tone={last.isDelivered ? 'ok' : 'bad'}>
              {t(last.isDelivered ? 'notificationsTab.works' : 'notificationsTab.fails')}
            </StateBadge>
            <span className="dim small">
              <Time atMs={last.atMs} />
            </span>
          </>
        )}
        {waiting > 0 && <span className="dim">{t('notificationsTab.waiting', { count: waiting })}</span>}
      </span>
      {isOn && last?.problem && <span className={classes.problem}>{message(last.problem)}</span>}
    </span>
  );
}

function ChannelActions({
  channel,
  onEdit,
  onChanged,
}: Pick<ChannelListProps, 'onEdit' | 'onChanged'> & { channel: ShownChannel }) {
  const words = useWords();
  const { t, message } = words;
  const [isTesting, setTesting] = useState(false);
  const { id: channelId, name, isOn } = channel;
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      notifyError(error, words);
    }
    onChanged();
  };
  const test = async (): Promise<void> => {
    setTesting(true);
    await act(async () => {
      const { problem } = await engine.notifications.test({ channelId });
      if (problem)
        notify({ color: 'red', title: t('notificationsTab.testFailed', { name }), message: message(problem) }, words);
      else notify({ message: t('notificationsTab.tested', { name }) }, words);
    });
    setTesting(false);
  };
  const remove = async (): Promise<void> => {
    const isSure = await confirm({
      title: t('notificationsTab.removeTitle', { name }),
      detail: t('notificationsTab.removeDetail'),
      confirmLabel: t('notificationsTab.remove'),
      isDestructive: true,
    });
    if (isSure) await act(() => engine.notifications.remove({ channelId }));
  };
  const { secretStates: _, waiting: __, last: ___, ...kept } = channel;
  return (
    <span className={classes.actions}>
      <Switch
        size="xs"
        aria-label={t('notificationsTab.isOn', { name })}
        checked={isOn}
        onChange={(event) => {
          const next = { ...kept, isOn: event.currentTarget.checked };
          void act(() => engine.notifications.save({ channel: next, secrets: {} }));
        }}
      />
      <Button size="compact-sm" variant="default" loading={isTesting} onClick={() => void test()}>
        {t('notificationsTab.test')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('notificationsTab.more', { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onEdit(channel)}>{t('notificationsTab.edit')}</Menu.Item>
          <Menu.Item color="red" onClick={() => void remove()}>
            {t('notificationsTab.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
