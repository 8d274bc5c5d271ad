import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { storageParams } from '../components/describe-error';
import { StatePanel } from '../components/state-panel';
import { native } from '../rpc/client';
import { useWords } from './i18n';
import { useEngineState } from './use-engine-state';

/**
 * Stands before the screens while the engine cannot open its data or was given up: they would wait for ever. What was
 * typed into them stays.
 */
export function EngineGate({ children }: { children: ReactNode }) {
  const words = useWords();
  const { t } = words;
  const state = useEngineState();
  const problem = 'problem' in state ? state.problem : null;
  const isShut = problem !== null || state.kind === 'failed';
  return (
    <>
      {isShut && (
        <StatePanel
          tone="bad"
          title={t(problem ? 'errors.cannotStart' : 'shell.status.failed')}
          detail={
            problem ? t('errors.cannotStartDetail', storageParams(problem, words)) : 'reason' in state && state.reason
          }
        >
          <Button
            loading={state.kind === 'starting'}
            onClick={() => void native.engine.restart().catch(() => undefined)}
          >
            {t('shell.state.retry')}
          </Button>
        </StatePanel>
      )}
      <div style={{ display: isShut ? 'none' : 'contents' }}>{children}</div>
    </>
  );
}
