import { Button } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import type { CircuitBreaker } from '#shared/domain/protection/protection';
import { useWords } from '../../app/i18n';
import { StatePanel } from '../../components/state-panel';
import { Ago } from '../../components/time';
import classes from './protection.module.css';

interface BreakerPanelProps {
  breaker: CircuitBreaker;
  onReset: () => void;
  onChange: () => void;
}

/** Whether limits may still be lowered, and how many nodes at once. */
export function BreakerPanel({ breaker, onReset, onChange }: BreakerPanelProps) {
  const { t } = useWords();
  const { trippedAtMs, maxNodes, sharePercent } = breaker;
  const params = { count: maxNodes, share: sharePercent };
  if (trippedAtMs === null) {
    return (
      <p className={classes.breaker}>
        <IconPlugConnected size={14} stroke={1.8} aria-hidden />
        {t('protectionScreen.breaker.closed', params)}
        <Button size="compact-xs" variant="subtle" onClick={onChange}>
          {t('protectionScreen.change')}
        </Button>
      </p>
    );
  }
  return (
    <div className={classes.group}>
      <StatePanel
        variant="inline"
        tone="bad"
        title={t('protectionScreen.breaker.open')}
        detail={
          <>
            {t('protectionScreen.breaker.openDetail', params)} <Ago atMs={trippedAtMs} />
          </>
        }
      >
        <Button variant="default" onClick={onReset}>
          {t('protectionScreen.breaker.reset')}
        </Button>
      </StatePanel>
    </div>
  );
}
