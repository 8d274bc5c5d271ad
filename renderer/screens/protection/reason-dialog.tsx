import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useWords } from '../../app/i18n';
import { ErrorView } from '../../components/error-view';
import { useReturnFocus } from '../../components/use-return-focus';
import { useCall } from '../../rpc/use-call';
import classes from './protection.module.css';
import { ReasonField } from './reason-field';

interface ReasonDialogProps {
  title: string;
  /** What will happen, in words. */
  detail: string;
  confirmLabel: string;
  /** What else is asked. */
  children?: ReactNode;
  send: (signal: AbortSignal, reason: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks why, for the audit log. */
export function ReasonDialog({ title, detail, confirmLabel, children, send, onClose }: ReasonDialogProps) {
  const { t } = useWords();
  useReturnFocus(true);
  const [reason, setReason] = useState('');
  const call = useCall(async (signal, words: string) => {
    await send(signal, words);
    return true;
  });
  const isEmpty = reason.trim() === '';
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}>
      <form
        className={classes.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (!isEmpty && !call.isRunning && (await call.run(reason.trim()))) onClose();
        }}
      >
        <p className={classes.words}>{detail}</p>
        {children}
        <ReasonField isFirst={children === undefined} reason={reason} onChange={setReason} />
        {call.error !== null && <ErrorView error={call.error} variant="inline" />}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            {t('protectionScreen.cancel')}
          </Button>
          <Button type="submit" disabled={isEmpty} loading={call.isRunning}>
            {confirmLabel}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
