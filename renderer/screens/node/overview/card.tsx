import { Anchor, Skeleton } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { useResults } from '../probe-section';
import type { SectionId } from '../sections';
import classes from './overview.module.css';

interface CardProps {
  title: string;
  /** The answer in one badge. */
  state: ReactNode;
  children?: ReactNode;
}

/** One question about the node and its answer; without a state, what it is answered from is on its way. */
export function Card({ title, state, children }: CardProps) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id}>{title}</h2>
        {state}
      </div>
      {state === null ? <Skeleton height={14} /> : children}
    </section>
  );
}

/** Leads to the section that tells it in full; the way back leads here again. */
export function ToSection({ id, isQuiet, children }: { id: SectionId; isQuiet?: boolean; children?: ReactNode }) {
  const { t } = useWords();
  const { hostId } = useResults();
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      c={isQuiet ? 'dimmed' : undefined}
      underline={isQuiet ? 'hover' : 'always'}
      onClick={() => navigate({ screen: 'node', hostId, section: id })}
    >
      {children ?? t(`nodeScreen.tab.${id}`)}
    </Anchor>
  );
}
