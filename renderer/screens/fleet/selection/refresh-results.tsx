import { Button, Group, Modal } from '@mantine/core';
import { hostErrorWords } from '#shared/i18n/host-error-words';
import { useWords, type Words } from '../../../app/i18n';
import { describeError } from '../../../components/describe-error';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { useReturnFocus } from '../../../components/use-return-focus';
import { type RefreshOutcome, useRefreshRun } from '../../../stores/refresh-store';
import classes from '../fleet.module.css';

interface RefreshResultsProps {
  isOpen: boolean;
  onClose: () => void;
  onRetry: (hostIds: readonly string[]) => void;
}

const tones: Record<RefreshOutcome['state'], Tone> = {
  failed: 'bad',
  cancelled: 'unknown',
  running: 'info',
  waiting: 'unknown',
  done: 'ok',
};
const order = Object.keys(tones);

/** What became of each node of the last refresh, those that failed first. */
export function RefreshResults({ isOpen, onClose, onRetry }: RefreshResultsProps) {
  const words = useWords();
  const { t } = words;
  useReturnFocus(isOpen);
  const run = useRefreshRun((state) => state.run);
  const lines = (run?.hosts ?? [])
    .map(({ id, name }) => ({ id, name, outcome: run?.outcomes.get(id) ?? ({ state: 'waiting' } as const) }))
    .sort((one, other) => order.indexOf(one.outcome.state) - order.indexOf(other.outcome.state));
  const unread = lines.filter(({ outcome }) => outcome.state === 'failed' || outcome.state === 'cancelled');
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      size="lg"
      title={t('fleetScreen.results.title')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <table className={classes.results}>
        <tbody>
          {lines.map(({ id, name, outcome }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>
                <StateBadge tone={tones[outcome.state]} variant="plain">
                  {t(`fleetScreen.results.${outcome.state}`)}
                </StateBadge>
              </td>
              <td>{detailOf(outcome, words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={onClose}>
          {t('shell.confirm.close')}
        </Button>
        {!run?.isRunning && unread.length > 0 && (
          <Button onClick={() => onRetry(unread.map(({ id }) => id))}>
            {t('fleetScreen.results.retry', { count: unread.length })}
          </Button>
        )}
      </Group>
    </Modal>
  );
}

function detailOf(outcome: RefreshOutcome, words: Words): string {
  if (outcome.state === 'done') return words.t('fleetScreen.results.probes', { ok: outcome.ok, total: outcome.total });
  if (outcome.state !== 'failed') return '';
  const { title, detail, host } = describeError(outcome.error, words);
  if (host) {
    const said = hostErrorWords(host, words.message);
    return words.t('shell.titleThen', { title: said.title, detail: said.explain });
  }
  return detail ? words.t('shell.titleThen', { title, detail }) : title;
}
