import { Modal } from '@mantine/core';
import { useWords } from '../app/i18n';
import { ErrorView } from '../components/error-view';
import { StatePanel } from '../components/state-panel';
import { LoadingLines } from '../components/state-view';
import { useReturnFocus } from '../components/use-return-focus';
import { useHostName } from '../stores/fleet-store';
import { ActionSteps, type ActionStepsProps } from './action-steps';
import { useActionInfos } from './use-action-titles';

export type ActionDialogProps = Omit<ActionStepsProps, 'info' | 'hostName'> & { actionId: string };

/** The one way to change a node: parameters, the plan as it will run, confirm, progress, verification, undo. */
export function ActionDialog(props: ActionDialogProps) {
  const { actionId, hostId, onClose } = props;
  const { t, localized } = useWords();
  useReturnFocus(true);
  const infos = useActionInfos();
  const info = infos.data?.find((candidate) => candidate.id === actionId);
  const hostName = useHostName(hostId);
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
      title={
        info
          ? t('actionDialog.title', {
              action:
                info.ownFile === undefined
                  ? localized(info.title)
                  : t('rollouts.own', { action: localized(info.title) }),
              host: hostName,
            })
          : t('actionDialog.loading')
      }
    >
      {info ? (
        <ActionSteps {...props} info={info} hostName={hostName} />
      ) : infos.error ? (
        <ErrorView error={infos.error} onRetry={infos.refetch} variant="inline" />
      ) : infos.isLoading ? (
        <LoadingLines lines={4} />
      ) : (
        <StatePanel tone="unknown" variant="inline" title={t('actionDialog.missing', { id: actionId })} />
      )}
    </Modal>
  );
}
