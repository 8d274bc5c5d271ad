import { Modal } from '@mantine/core';
import type { ActionRun } from '#shared/domain/action';
import { RunView } from '../actions/run-view';
import { useActionFlow } from '../actions/use-action-flow';
import { useActionTitles } from '../actions/use-action-titles';
import { useWords } from '../app/i18n';
import { StateView } from '../components/state-view';
import { useReturnFocus } from '../components/use-return-focus';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { useHostNames } from '../stores/fleet-store';

/** What ran on one node, with its undo. */
export function RunDialog({ runId, onClose }: { runId: string; onClose: () => void }) {
  const { t } = useWords();
  const titles = useActionTitles();
  const hostName = useHostNames();
  useReturnFocus(true);
  const query = useQuery(`actions.run ${runId}`, async (signal): Promise<ActionRun | null> => {
    const runs = await engine.actions.runs({}, { signal });
    return runs.find(({ id }) => id === runId) ?? null;
  });
  const run = query.data;
  const title = run
    ? t('actionDialog.title', {
        action: titles.get(run.plan.actionId) ?? run.plan.actionId,
        host: hostName(run.plan.hostId),
      })
    : t('actionDialog.loading');
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={title}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <StateView query={query}>
        {(found) => found && <SavedRun initial={found} title={title} onClose={onClose} />}
      </StateView>
    </Modal>
  );
}

function SavedRun({ initial, title, onClose }: { initial: ActionRun; title: string; onClose: () => void }) {
  const { actionId, hostId } = initial.plan;
  const flow = useActionFlow({ actionId, hostId, title, newIncident: null, initialRun: initial });
  return <RunView flow={flow} run={flow.run ?? initial} onAgain={null} onClose={onClose} />;
}
