import { Kbd, Modal } from '@mantine/core';
import { useWords } from '../../../app/i18n';
import classes from './run-screen.module.css';

const shortcuts = [
  [['↑', '↓', '←', '→'], 'move'],
  [['Enter'], 'open'],
  [['[', ']'], 'along'],
  [['.'], 'current'],
  [['1', '2', '3'], 'tabs'],
  [['b'], 'back'],
  [['r'], 'read'],
  [['p'], 'fold'],
  [['+', '-', '0'], 'zoom'],
  [['Esc'], 'leave'],
  [['?'], 'help'],
] as const;

/** The keys of the walk. */
export function ShortcutHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('diagnoseScreen.keys.title')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <dl className={classes.keys}>
        {shortcuts.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key} size="xs">
                  {key}
                </Kbd>
              ))}
            </dt>
            <dd>{t(`diagnoseScreen.keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
