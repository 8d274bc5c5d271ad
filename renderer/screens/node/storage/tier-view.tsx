import { useMemo } from 'react';
import { type Concern, storageConcerns } from '#shared/domain/storage-concerns';
import { cacheRequiredBytes, type Tier, type TierState, terabytes, tiersOf } from '#shared/domain/storage-tiers';
import type { Message } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { StateBadge, type Tone } from '../../../components/state-badge';
import nodeClasses from '../node.module.css';
import classes from './storage.module.css';
import { useStorageView } from './use-storage-view';

const tones: Record<TierState, Tone> = { present: 'ok', insufficient: 'warn', missing: 'warn', unknown: 'unknown' };

/** Whether the node has a cache, a place for data sets and an archive, why that is said, and what is missing. */
export function TierView() {
  const { t } = useWords();
  const { facts, states, isAsked } = useStorageView();
  const tiers = useMemo(() => tiersOf(facts, states), [facts, states]);
  const concerns = useMemo(() => storageConcerns(facts), [facts]);
  if (!isAsked) return null;
  return (
    <section className={nodeClasses.section} aria-label={t('storage.tiers')}>
      <div className={nodeClasses.sectionHead}>
        <h2>{t('storage.tiers')}</h2>
      </div>
      <div className={classes.tiers}>
        {tiers.map((tier) => (
          <TierCard key={tier.id} tier={tier} />
        ))}
      </div>
      <p className={`dim ${classes.note}`}>{t('storage.tierNote', { size: terabytes(cacheRequiredBytes) })}</p>
      {concerns.length > 0 && <Concerns concerns={concerns} />}
    </section>
  );
}

function TierCard({ tier }: { tier: Tier }) {
  const { t, message } = useWords();
  const format = useFormat();
  const size = tier.sizeBytes === null || tier.sizeBytes === 0 ? null : format.number(terabytes(tier.sizeBytes), 1);
  const required = tier.requiredBytes === null ? null : terabytes(tier.requiredBytes);
  return (
    <article className={classes.tier} aria-label={t(`storage.tier.${tier.id}`)}>
      <div className={classes.tierHead}>
        <h3>{t(`storage.tier.${tier.id}`)}</h3>
        <StateBadge tone={tones[tier.state]}>{t(`storage.tierState.${tier.state}`)}</StateBadge>
      </div>
      <span className="dim">
        {t(`storage.tierFor.${tier.id}`)}
        {size !== null &&
          ` · ${tier.state === 'present' || required === null ? t('storage.tierSize', { size }) : t('storage.tierOf', { size, required })}`}
      </span>
      <ul>
        {distinct(tier.reasons.map((reason: Message) => message(reason))).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {tier.next && <p className={classes.next}>{t('storage.nextStep', { words: message(tier.next) })}</p>}
    </article>
  );
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)];
}

function Concerns({ concerns }: { concerns: readonly Concern[] }) {
  const { t, message } = useWords();
  return (
    <>
      <h3 className={classes.subhead}>{t('storage.concerns')}</h3>
      <ul className={classes.concerns}>
        {concerns.map((concern, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two disks may say the same
          <li key={index}>
            <StateBadge tone={concern.level} variant="plain">
              {message(concern.message)}
            </StateBadge>
          </li>
        ))}
      </ul>
    </>
  );
}
