import { Menu } from '@mantine/core';
import {
  IconExternalLink,
  IconPlugConnected,
  IconPlugConnectedX,
  IconRefresh,
  IconStethoscope,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { useHostActions } from '../../../stores/use-host-actions';
import classes from '../fleet.module.css';

interface OpenRowMenuProps {
  row: FleetNode;
  label: string;
  onClose: () => void;
}

/** What can be done with one node. */
export function OpenRowMenu({ row: { host, summary }, label, onClose }: OpenRowMenuProps) {
  const { t } = useWords();
  const actions = useHostActions();
  const { spec, status } = host;
  const isOpen = status.connection === 'connected' || status.connection === 'reconnecting';
  return (
    <Menu opened onClose={onClose}>
      <Menu.Target>
        <button
          type="button"
          className={classes.menuButton}
          aria-label={label}
          onClick={(event) => {
            event.stopPropagation();
            onClose();
          }}
        >
          •••
        </button>
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
        <Menu.Item
          leftSection={<IconExternalLink size={14} />}
          onClick={() => navigate({ screen: 'node', hostId: spec.id })}
        >
          {t('fleetScreen.action.open')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconStethoscope size={14} />}
          onClick={() => navigate({ screen: 'diagnose', hostId: spec.id })}
        >
          {t('fleetScreen.action.diagnose')}
        </Menu.Item>
        {spec.kind !== 'bundle' &&
          (summary?.isCollecting ? (
            <Menu.Item leftSection={<IconX size={14} />} onClick={() => void actions.cancelRefresh(spec.id)}>
              {t('fleetScreen.action.cancelRefresh')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconRefresh size={14} />} onClick={() => void actions.refresh(spec)}>
              {t('fleetScreen.action.refresh')}
            </Menu.Item>
          ))}
        {spec.kind === 'ssh' &&
          (isOpen ? (
            <Menu.Item leftSection={<IconPlugConnectedX size={14} />} onClick={() => void actions.disconnect(spec.id)}>
              {t('fleetScreen.action.disconnect')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconPlugConnected size={14} />} onClick={() => void actions.connect(spec.id)}>
              {t('fleetScreen.action.connect')}
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconTrash size={14} />} onClick={() => void actions.remove(spec)}>
          {t('fleetScreen.action.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
