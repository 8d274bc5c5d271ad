import { Button } from '@mantine/core';
import { ORPCError } from '@orpc/client';
import { useWords } from '../app/i18n';
import { describeError } from './describe-error';
import { HostErrorView } from './host-error-view';
import { StatePanel } from './state-panel';

interface ErrorViewProps {
  error: unknown;
  onRetry?: () => void;
  variant?: 'page' | 'inline';
}

/** An error in words with what to do about it. */
export function ErrorView({ error, onRetry, variant = 'page' }: ErrorViewProps) {
  const words = useWords();
  const { title, detail, host } = describeError(error, words);
  // What makes no sense makes none the next time.
  const canHelp = !(error instanceof ORPCError && error.code === 'INVALID');
  const retry = onRetry && canHelp && (
    <Button variant="default" onClick={onRetry}>
      {words.t('shell.state.retry')}
    </Button>
  );
  if (host) {
    return (
      <HostErrorView error={host} variant={variant}>
        {retry}
      </HostErrorView>
    );
  }
  return (
    <StatePanel tone="bad" title={title} detail={detail} variant={variant}>
      {retry}
    </StatePanel>
  );
}
