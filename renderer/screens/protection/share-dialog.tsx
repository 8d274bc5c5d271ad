import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { CircuitBreaker } from '#shared/domain/protection/protection';
import { useWords } from '../../app/i18n';
import { engine } from '../../rpc/client';
import { ReasonDialog } from './reason-dialog';

/** On how large a share of the fleet limits may be lowered within five minutes. */
export function ShareDialog({ breaker, onClose }: { breaker: CircuitBreaker; onClose: () => void }) {
  const { t } = useWords();
  const [sharePercent, setShare] = useState(breaker.sharePercent);
  return (
    <ReasonDialog
      title={t('protectionScreen.breaker.changeTitle')}
      detail={t('protectionScreen.breaker.changeDetail')}
      confirmLabel={t('protectionScreen.breaker.changeDo')}
      send={(signal, reason) => engine.protection.setBreaker({ sharePercent, isReset: false, reason }, { signal })}
      onClose={onClose}
    >
      <NumberInput
        label={t('protectionScreen.breaker.share')}
        description={t('protectionScreen.breaker.shareHelp')}
        min={1}
        max={100}
        step={5}
        clampBehavior="blur"
        value={sharePercent}
        onChange={(value) => {
          if (typeof value === 'number' && value >= 1 && value <= 100) setShare(value);
        }}
      />
    </ReasonDialog>
  );
}
