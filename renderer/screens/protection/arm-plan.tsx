import { Code } from '@mantine/core';
import { type LeverId, leverUnits, usedLevers } from '#shared/domain/protection/lever';
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
              {alike(gpus).map(({ lever, levels, indexes }) =>
                lever === 'clock-ceiling' && !policy.mayCapClocks ? (
                  <li key={indexes.join()}>{t('protectionScreen.plan.clocks', { gpus: indexes.join(', ') })}</li>
                ) : (
                  <li key={indexes.join()}>
                    {t('protectionScreen.plan.steps', {
                      gpus: indexes.join(', '),
                      now: format.number(levels[0] ?? 0, 0),
                      steps: levels
                        .slice(1)
                        .map((watts) => format.number(watts, 0))
                        .join(' → '),
                      unit: leverUnits[lever],
                      time: format.duration(policy.settleMs),
                    })}
                  </li>
                ),
              )}
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
          {mode === 'armed' && missing(gpus, missingLine, policy).length > 0 && (
            <StatePanel
              variant="inline"
              tone="denied"
              title={t('protectionScreen.plan.noRoot')}
              detail={t('protectionScreen.plan.noRootDetail')}
            >
              {missing(gpus, missingLine, policy).map((line) => (
                <span key={line} className={classes.line}>
                  <Code>{line}</Code>
                  <CopyButton isCompact text={line} label={t('protectionScreen.plan.copyLine')} />
                </span>
              ))}
            </StatePanel>
          )}
        </>
      )}
    </StateView>
  );
}

/** The lines for sudoers that what would be set there needs and does not have. */
function missing(
  gpus: ProtectionScope['gpus'],
  missingLine: ProtectionScope['missingLine'],
  policy: ProtectionPolicy,
): string[] {
  return usedLevers(gpus, policy).flatMap((lever) => missingLine[lever] ?? []);
}

interface Alike {
  readonly lever: LeverId;
  readonly levels: readonly number[];
  readonly indexes: number[];
}

/** GPUs with the same limits, together. */
function alike(gpus: ProtectionScope['gpus']): Alike[] {
  const groups = new Map<string, Alike>();
  for (const { index, lever, levels } of gpus) {
    const key = `${lever} ${levels.join()}`;
    const group = groups.get(key) ?? { lever, levels, indexes: [] };
    group.indexes.push(index);
    groups.set(key, group);
  }
  return [...groups.values()];
}
