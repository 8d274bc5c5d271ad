import { Button, Group } from '@mantine/core';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { CopyButton } from '../components/copy-button';
import { StatePanel } from '../components/state-panel';
import { useWords } from './i18n';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** A new value forgets the failure, e.g. another screen. */
  resetKey?: string;
}

/** Keeps a failure in one part of the window from taking the rest with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  override componentDidUpdate(previous: ErrorBoundaryProps) {
    if (previous.resetKey !== this.props.resetKey && this.state.error) this.setState({ error: null });
  }

  override render() {
    const { error } = this.state;
    return error ? <Failure error={error} onRetry={() => this.setState({ error: null })} /> : this.props.children;
  }
}

function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useWords();
  return (
    <StatePanel tone="bad" title={t('shell.boundary.title')} detail={t('shell.boundary.explain')}>
      <pre className="ellipsis">{error.message}</pre>
      <Group gap="xs" justify="center">
        <Button onClick={onRetry}>{t('shell.boundary.retry')}</Button>
        <CopyButton text={error.stack ?? error.message} label={t('shell.boundary.copy')} />
      </Group>
    </StatePanel>
  );
}
