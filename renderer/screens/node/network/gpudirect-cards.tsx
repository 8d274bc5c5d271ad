import { useMemo } from 'react';
import { type GpudirectWay, gpudirectWays, type Verdict } from '#shared/domain/gpudirect';
import { sharpCapability } from '#shared/domain/sharp';
import { useWords } from '../../../app/i18n';
import { StateBadge, type Tone } from '../../../components/state-badge';
import nodeClasses from '../node.module.css';
import { NoFacts, useResults } from '../probe-section';
import classes from './network.module.css';
import { useNetworkFacts } from './use-network-facts';

const tones: Record<Verdict, Tone> = { met: 'ok', 'not-met': 'info', unknown: 'unknown' };

/** What is there for GPUs, NICs and disks to reach each other without the host's memory, with what that stands on. */
export function GpudirectCards() {
  const { t } = useWords();
  const { results } = useResults();
  const facts = useNetworkFacts();
  const ways = useMemo(() => gpudirectWays(facts), [facts]);
  const result = results.get('gpudirect');
  if (!result) return null;
  return (
    <section className={nodeClasses.section} aria-label={t('networkTab.gpudirect')}>
      <div className={nodeClasses.sectionHead}>
        <h2>{t('networkTab.gpudirect')}</h2>
      </div>
      {result.state !== 'ok' && <NoFacts result={result} />}
      {ways === null && result.state === 'ok' && <p className="dim">{t('networkTab.noGpudirect')}</p>}
      <div className={classes.cards}>
        {ways?.map((way) => (
          <Way key={way.id} way={way} />
        ))}
        <SharpCard />
      </div>
      {ways !== null && <p className="dim">{t('networkTab.gpudirectNote')}</p>}
    </section>
  );
}

function Way({ way }: { way: GpudirectWay }) {
  const { t } = useWords();
  const title = t(`networkTab.way.${way.id}`);
  return (
    <article className={classes.card} aria-label={title}>
      <div className={classes.cardHead}>
        <h3>{title}</h3>
        <StateBadge tone={tones[way.verdict]}>{t(`networkTab.verdict.${way.verdict}`)}</StateBadge>
      </div>
      <ul>
        {way.conditions.map(({ name, verdict, value }) => (
          <li key={name}>
            <StateBadge tone={tones[verdict]} variant="plain">
              {t(`networkTab.condition.${name}.${verdict}`)}
            </StateBadge>{' '}
            {value !== null && <span className="dim">{value}</span>}
          </li>
        ))}
      </ul>
    </article>
  );
}

/** Nothing is said of it on a node without InfiniBand. */
function SharpCard() {
  const { t } = useWords();
  const facts = useNetworkFacts();
  const sharp = useMemo(() => sharpCapability(facts), [facts]);
  if (!sharp?.hasInfiniband) return null;
  const [first] = sharp.devices;
  const software = (isThere: boolean | null): Tone => (isThere === null ? 'unknown' : isThere ? 'ok' : 'info');
  const verdict = (isThere: boolean | null): Verdict => (isThere === null ? 'unknown' : isThere ? 'met' : 'not-met');
  return (
    <article className={classes.card} aria-label="SHARP">
      <div className={classes.cardHead}>
        <h3>{t('networkTab.sharp')}</h3>
        <StateBadge tone={first ? 'ok' : 'unknown'}>
          {t(first ? 'networkTab.sharpCapable' : 'networkTab.sharpUnknown')}
        </StateBadge>
      </div>
      <ul>
        {first && (
          <li>
            <StateBadge tone="ok" variant="plain">
              {t('networkTab.sharpAdapters', {
                count: sharp.devices.length,
                adapter: first.adapter,
                version: first.version,
              })}
            </StateBadge>
          </li>
        )}
        {sharp.unknownDevices.length > 0 && (
          <li>
            <StateBadge tone="unknown" variant="plain">
              {t('networkTab.sharpOther', { devices: sharp.unknownDevices.join(', ') })}
            </StateBadge>
          </li>
        )}
        <li>
          <StateBadge tone={software(sharp.hasLibrary)} variant="plain">
            {t(`networkTab.sharpLibrary.${verdict(sharp.hasLibrary)}`)}
          </StateBadge>
        </li>
        <li>
          <StateBadge tone={software(sharp.hasNcclPlugin)} variant="plain">
            {t(`networkTab.sharpPlugin.${verdict(sharp.hasNcclPlugin)}`)}
          </StateBadge>
        </li>
        <li className="dim">{t('networkTab.sharpNote')}</li>
      </ul>
    </article>
  );
}
