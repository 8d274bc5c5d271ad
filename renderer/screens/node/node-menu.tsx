import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconKey, IconPlugConnected, IconPlugConnectedX, IconTool, IconTrash } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { HostView } from '#shared/contract/hosts';
import { type ActionInfo, type Risk, risks } from '#shared/domain/action';
import { ActionDialog } from '../../actions/action-dialog';
import { useActionInfos } from '../../actions/use-action-titles';
import { useCommands } from '../../app/commands';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { useHostActions } from '../../stores/use-host-actions';
import { SudoDialog } from '../../sudo/sudo-dialog';
import { useSudo } from '../../sudo/use-sudo';

/** What can be done with the node beside looking at it: every action there is, its connection, its removal. */
export function NodeMenu({ host: { spec, status } }: { host: HostView }) {
  const { t, localized } = useWords();
  const hostActions = useHostActions();
  const [actionId, setActionId] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const sudo = useSudo([spec.id]);
  const [isAskingSudo, setAskingSudo] = useState(false);
  const close = () => {
    setActionId(null);
    setAskingSudo(false);
    // The entry that opened the dialog went with its menu.
    requestAnimationFrame(() => button.current?.focus());
  };
  const { data } = useActionInfos();
  // On an imported collection there is nothing to change.
  const actions = spec.kind === 'bundle' ? [] : (data ?? []);
  useCommands(
    actions.map(({ id, title }) => ({
      id: `node.action.${id}`,
      label: `${localized(title)}…`,
      group: t('shell.palette.thisScreen'),
      run: () => setActionId(id),
    })),
  );
  const isOpen = status.connection === 'connected' || status.connection === 'reconnecting';
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon ref={button} aria-label={t('nodeScreen.more')}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah="80vh" style={{ overflowY: 'auto' }}>
          {risks.map((risk) => (
            <ActionGroup key={risk} risk={risk} actions={actions} onChoose={setActionId} />
          ))}
          {actions.length > 0 && <Menu.Divider />}
          {spec.kind === 'ssh' && (
            <Menu.Item
              leftSection={isOpen ? <IconPlugConnectedX size={14} /> : <IconPlugConnected size={14} />}
              onClick={() => void (isOpen ? hostActions.disconnect(spec.id) : hostActions.connect(spec.id))}
            >
              {t(isOpen ? 'fleetScreen.action.disconnect' : 'fleetScreen.action.connect')}
            </Menu.Item>
          )}
          {sudo.given.length > 0 ? (
            <Menu.Item leftSection={<IconKey size={14} />} onClick={() => void sudo.forget(sudo.given)}>
              {t('sudo.forget')}
            </Menu.Item>
          ) : (
            spec.kind !== 'bundle' && (
              <Menu.Item leftSection={<IconKey size={14} />} onClick={() => setAskingSudo(true)}>
                {t('sudo.enter')}
              </Menu.Item>
            )
          )}
          <Menu.Item
            leftSection={<IconTrash size={14} />}
            onClick={async () => {
              if (await hostActions.remove(spec)) navigate({ screen: 'fleet' }, { replace: true });
            }}
          >
            {t('fleetScreen.action.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {actionId && <ActionDialog actionId={actionId} hostId={spec.id} parameters={{}} onClose={close} />}
      {isAskingSudo && (
        <SudoDialog
          hostIds={[spec.id]}
          onClose={(isGiven) => {
            close();
            if (isGiven) void hostActions.refresh(spec);
          }}
        />
      )}
    </>
  );
}

/** The actions of one risk, under its name. */
function ActionGroup(props: { risk: Risk; actions: readonly ActionInfo[]; onChoose: (actionId: string) => void }) {
  const { risk, actions, onChoose } = props;
  const { t, localized } = useWords();
  const ofRisk = actions.filter((action) => action.risk === risk);
  if (ofRisk.length === 0) return null;
  return (
    <>
      <Menu.Label>{t(`actionDialog.risk.${risk}`)}</Menu.Label>
      {ofRisk.map(({ id, title, ownFile }) => (
        <Menu.Item key={id} leftSection={<IconTool size={14} />} onClick={() => onChoose(id)}>
          {ownFile === undefined ? localized(title) : t('rollouts.own', { action: localized(title) })}…
        </Menu.Item>
      ))}
    </>
  );
}
