import { Anchor } from '@mantine/core';
import type { ManualWork } from '#shared/domain/manual/manual-work';
import { outcomeTones } from '../../../actions/run-tones';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { StateBadge } from '../../../components/state-badge';
import { useHostName } from '../../../stores/fleet-store';
import classes from './timeline.module.css';

/** Work by hand on record: what it is, how far it was then, and what the node said of it. */
export function ManualEntry({ work }: { work: ManualWork }) {
  const { t, localized } = useWords();
  const hostName = useHostName(work.hostId);
  const { procedure, steps, verifications, abortReason } = work;
  const last = verifications.at(-1);
  return (
    <div className={classes.box}>
      <div className={classes.boxHead}>
        <Anchor
          component="button"
          type="button"
          fw={600}
          onClick={() => navigate({ screen: 'work', section: 'manual', workId: work.id })}
        >
          {localized(procedure.title)} · {hostName}
        </Anchor>
        <span className="dim">
          {t('manualWork.progress', { done: Object.keys(steps).length, total: procedure.steps.length })}
        </span>
      </div>
      {last && (
        <div className={classes.verification}>
          <StateBadge tone={outcomeTones[last.outcome]} variant="plain">
            {t(`manualWork.verdict.${last.outcome}`)}
          </StateBadge>
          <span className={classes.text}>{localized(last.detail)}</span>
        </div>
      )}
      {abortReason && <div className={classes.text}>{abortReason}</div>}
    </div>
  );
}
