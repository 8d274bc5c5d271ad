import { useMemo } from 'react';
import { linkTroubleMessage, linkTroubles } from '#shared/domain/link-troubles';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import classes from './network.module.css';
import { useNetworkFacts } from './use-network-facts';

/** Links that are down and should not be, in the words of the fleet; nothing where there are none. */
export function LinkTroubles() {
  const { t, message } = useWords();
  const facts = useNetworkFacts();
  const troubles = useMemo(() => linkTroubles(facts).map(linkTroubleMessage), [facts]);
  if (troubles.length === 0) return null;
  return (
    <section className={classes.troubles} aria-label={t('networkTab.troubles')}>
      {troubles.map((one) => (
        <StateBadge key={message(one)} tone="warn" variant="plain">
          {message(one)}
        </StateBadge>
      ))}
    </section>
  );
}
