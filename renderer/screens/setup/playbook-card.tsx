import { UnstyledButton } from '@mantine/core';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import { useWords } from '../../app/i18n';
import { minutesOf } from '../../rollouts/duration-words';
import classes from './setup.module.css';

interface PlaybookCardProps {
  playbook: PlaybookInfo;
  onOpen: () => void;
}

/** A playbook to choose: what it leads to, how many steps, how long, and whether without internet. */
export function PlaybookCard({ playbook, onOpen }: PlaybookCardProps) {
  const { t, localized } = useWords();
  const { title, introduction, steps, offline, ownFile } = playbook;
  const facts = [
    t('setupScreen.steps', { count: steps.length }),
    ...durationWords(playbook, (minutes) => t('setupScreen.minutes', minutes)),
    t(`setupScreen.offline.${offline.can}`),
  ];
  return (
    <UnstyledButton className={classes.card} title={localized(introduction)} onClick={onOpen}>
      <strong>{ownFile === undefined ? localized(title) : t('rollouts.own', { action: localized(title) })}</strong>
      <span className={classes.introduction}>{firstSentence(localized(introduction))}</span>
      <span className={`dim small ${classes.cardFacts}`}>{facts.join(' · ')}</span>
    </UnstyledButton>
  );
}

/** The screen behind the card says the rest. */
const firstSentence = (text: string): string => /^.*?(?:[.!?](?=\s)|[。！？])/su.exec(text)?.[0] ?? text;

/** Of all steps; nothing where none says. */
function durationWords({ steps }: PlaybookInfo, words: (minutes: { minutes: string }) => string): string[] {
  const told = steps.flatMap(({ duration }) => (duration ? [duration] : []));
  if (told.length === 0) return [];
  const sum = (end: 'fromMinutes' | 'toMinutes') => told.reduce((all, duration) => all + duration[end], 0);
  return [words(minutesOf({ fromMinutes: sum('fromMinutes'), toMinutes: sum('toMinutes') }))];
}
