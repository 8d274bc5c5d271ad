import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useWords } from '../app/i18n';
import { StatePanel } from '../components/state-panel';
import { useHostNames } from '../stores/fleet-store';
import { SudoDialog } from './sudo-dialog';
import classes from './sudo-notice.module.css';
import { useSudo } from './use-sudo';

interface SudoNoticeProps {
  hostIds: readonly string[];
  /** Some node has it now: what was refused there can be tried again. */
  onGiven?: () => void;
  /** A button alone, where the words around it say what is refused. */
  isButton?: boolean;
}

/** Where sudo wants a password: the form for it. Where it was given: who has it, and the way to forget it. */
export function SudoNotice({ hostIds, onGiven, isButton = false }: SudoNoticeProps) {
  const { t } = useWords();
  const hostName = useHostNames();
  const { denied, given, forget } = useSudo(hostIds);
  const [asked, setAsked] = useState<[string, ...string[]] | null>(null);
  /** The button that had the focus is about to go, in favour of the line below. */
  const wasGiven = useRef(false);
  const takeFocus = (line: HTMLElement | null) => {
    if (wasGiven.current && line && document.activeElement === document.body) line.focus({ preventScroll: true });
  };
  const [first, ...others] = denied;
  const enter = first !== undefined && (
    <Button
      variant={isButton ? 'subtle' : 'default'}
      size={isButton ? 'compact-xs' : undefined}
      leftSection={<IconKey size={14} aria-hidden />}
      onClick={() => setAsked([first, ...others])}
    >
      {t('sudo.enter')}
    </Button>
  );
  const namesOf = (ids: readonly string[]) => ids.map(hostName).join(', ');
  return (
    <>
      {isButton
        ? enter
        : enter && (
            <StatePanel
              tone="denied"
              variant="inline"
              title={t('sudo.needed', { count: denied.length, hosts: namesOf(denied) })}
              detail={t('sudo.neededHelp')}
            >
              {enter}
            </StatePanel>
          )}
      {!isButton && given.length > 0 && (
        <p ref={takeFocus} tabIndex={-1} className={classes.given}>
          <IconKey size={14} aria-hidden /> <span>{t('sudo.given', { hosts: namesOf(given) })}</span>
          <Button variant="subtle" size="compact-xs" onClick={() => void forget(given)}>
            {t('sudo.forget')}
          </Button>
        </p>
      )}
      {asked && (
        <SudoDialog
          hostIds={asked}
          onClose={(isGiven) => {
            setAsked(null);
            wasGiven.current = isGiven;
            if (isGiven) onGiven?.();
          }}
        />
      )}
    </>
  );
}
