import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PlannedStep } from '#shared/domain/action';
import { printable } from '#shared/domain/text';
import { useWords } from '../app/i18n';
import { CopyButton } from '../components/copy-button';
import classes from './action-dialog.module.css';

/** A planned command as a shell would take it, or a planned file as its diff; both can be copied. */
export function PlannedStepView({ step }: { step: PlannedStep }) {
  const { t, localized } = useWords();
  const isRoot = step.privilege === 'root';
  return (
    <div className={classes.planned}>
      <div className={classes.plannedTitle}>
        <span>{localized(step.title)}</span>
        <span className="dim small">{t(isRoot ? 'actionDialog.asRoot' : 'actionDialog.asUser')}</span>
      </div>
      {step.kind === 'file' && <DiffBox diff={step.diff} copyText={step.after} />}
      {step.commandLine !== undefined && <CodeBox text={step.commandLine} />}
      {step.kind === 'command' && step.onlyIf && (
        <Text className="small" c="dimmed">
          {localized(step.onlyIf)}
        </Text>
      )}
    </div>
  );
}

/** A unified diff in its colours; the new text can be copied. */
export function DiffBox({ diff, copyText }: { diff: string; copyText: string }) {
  return (
    <CodeBox text={diff} copyText={copyText}>
      <DiffLines diff={diff} />
    </CodeBox>
  );
}

function CodeBox({ text, copyText, children }: { text: string; copyText?: string; children?: ReactNode }) {
  const { t } = useWords();
  return (
    <div className={classes.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by key */}
      <pre tabIndex={0}>{children ?? printable(text)}</pre>
      <CopyButton text={copyText ?? text} label={t('actionDialog.copy')} isCompact />
    </div>
  );
}

/** The first two lines name the files, and are no change. */
const headLines = 2;

function DiffLines({ diff }: { diff: string }) {
  return printable(diff.replace(/\n$/, ''))
    .split('\n')
    .map((line, index) => (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one diff never move
        key={index}
        className={classes.diffLine}
        data-change={
          index < headLines ? 'same' : line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same'
        }
      >
        {`${line}\n`}
      </span>
    ));
}
