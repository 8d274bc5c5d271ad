import { IconBolt, IconBox, IconPower, IconRefresh, type TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { StateBadge, type Tone } from '../../../components/state-badge';
import classes from './plans.module.css';

type Effects = PlaybookPlan['effects'];

/** Who works on the node now and would notice: restarts, services, processes on GPUs, containers, space. */
export function PlanEffects({ effects }: { effects: Effects }) {
  const { t } = useWords();
  const format = useFormat();
  const { restartCount, services, jobs, containers, space } = effects;
  return (
    <ul className={classes.effects}>
      {restartCount > 0 && <Effect icon={IconPower} title={t('setupScreen.restarts', { count: restartCount })} />}
      {services.length > 0 && (
        <Effect icon={IconRefresh} title={t('setupScreen.effect.services')}>
          {services.map(({ name }) => name).join(', ')}
        </Effect>
      )}
      {jobs === null ? (
        <Effect tone="unknown" icon={IconBolt} title={t('setupScreen.effect.jobsUnknown')} />
      ) : (
        jobs.length > 0 && (
          <Effect icon={IconBolt} title={t('setupScreen.effect.jobs', { count: jobs.length })}>
            {jobs.map(wordsOf).join('\n')}
          </Effect>
        )
      )}
      {containers === null ? (
        <Effect tone="unknown" icon={IconBox} title={t('setupScreen.effect.containersUnknown')} />
      ) : (
        containers.length > 0 && (
          <Effect icon={IconBox} title={t('setupScreen.effect.containers', { count: containers.length })}>
            {containers.map(printable).join(', ')}
          </Effect>
        )
      )}
      {space.map(({ mountPoint, neededBytes, freeBytes }) => (
        <li key={mountPoint} className="dim">
          {t('setupScreen.effect.space', {
            path: mountPoint,
            needed: format.bytes(neededBytes),
            free: freeBytes === null ? t('setupScreen.notTold') : format.bytes(freeBytes),
          })}
        </li>
      ))}
    </ul>
  );
}

/** Whose process, on which GPU. */
function wordsOf({ name, pid, user, gpuIndex }: NonNullable<Effects['jobs']>[number]): string {
  return printable([`GPU ${gpuIndex}`, user, name, `PID ${pid}`].filter((part) => part !== null).join(' · '));
}

interface EffectProps {
  tone?: Tone;
  icon: TablerIcon;
  title: string;
  children?: ReactNode;
}

function Effect({ tone = 'warn', icon, title, children }: EffectProps) {
  return (
    <li>
      <StateBadge tone={tone} icon={icon} variant="plain">
        {title}
      </StateBadge>
      {children && <span className={classes.words}>{children}</span>}
    </li>
  );
}
