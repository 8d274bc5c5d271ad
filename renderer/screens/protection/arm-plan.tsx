import { Code } from '@mantine/core';
import { longestExcessMs, type ProtectionPolicy } from '#shared/domain/protection/policy';
import type { ProtectionMode, ProtectionScope } from '#shared/domain/protection/protection';
import { useWords } from '../../app/i18n';
import { CopyButton } from '../../components/copy-button';
import { useFormat } from '../../components/format';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import type { Query } from '../../rpc/use-query';
import classes from './protection.module.css';

interface ArmPlanProps {
  scope: Query<ProtectionScope>;
  policy: ProtectionPolicy;
  mode: ProtectionMode;
}

/** What arming means for this node, with the limits that the node has now. */
export function ArmPlan({ scope, policy, mode }: ArmPlanProps) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <StateView query={scope}>
      {({ gpus, fixedCount, missingLine }) => (
        <>
          <section className={classes.plan}>
            <h3>{t('protectionScreen.plan.title')}</h3>
            <ul>
              <li>
                {t('protectionScreen.plan.hot', {
                  guard: format.number(policy.guardC),
                  margin: format.number(policy.marginC),
                  time: format.duration(policy.engageAfterMs),
                })}
              </li>
              {alike(gpus).map(({ levelsW, indexes }) => (
                <li key={indexes.join()}>
                  {t('protectionScreen.plan.steps', {
                    gpus: indexes.join(', '),
                    now: format.number(levelsW[0] ?? 0, 0),
                    steps: levelsW
                      .slice(1)
                      .map((watts) => format.number(watts, 0))
                      .join(' → '),
                    time: format.duration(policy.settleMs),
                  })}
                </li>
              ))}
              {fixedCount > 0 && <li>{t('protectionScreen.plan.fixed', { count: fixedCount })}</li>}
              <li>{t('protectionScreen.plan.longest', { time: format.duration(longestExcessMs(policy)) })}</li>
              <li>
                {t('protectionScreen.plan.back', {
                  degrees: format.number(policy.hysteresisC),
                  time: format.duration(policy.coolForMs),
                  most: format.duration(policy.holdForMs),
                })}
              </li>
            </ul>
          </section>
          {mode === 'armed' && missingLine !== null && (
            <StatePanel
              variant="inline"
              tone="denied"
              title={t('protectionScreen.plan.noRoot')}
              detail={t('protectionScreen.plan.noRootDetail')}
            >
              <span className={classes.line}>
                <Code>{missingLine}</Code>
                <CopyButton isCompact text={missingLine} label={t('protectionScreen.plan.copyLine')} />
              </span>
            </StatePanel>
          )}
        </>
      )}
    </StateView>
  );
}

/** GPUs with the same limits, together. */
function alike(gpus: ProtectionScope['gpus']): Array<{ levelsW: readonly number[]; indexes: number[] }> {
  const groups = new Map<string, { levelsW: readonly number[]; indexes: number[] }>();
  for (const { index, levelsW } of gpus) {
    const group = groups.get(levelsW.join()) ?? { levelsW, indexes: [] };
    group.indexes.push(index);
    groups.set(levelsW.join(), group);
  }
  return [...groups.values()];
}
