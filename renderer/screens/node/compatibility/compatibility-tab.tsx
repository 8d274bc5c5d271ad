import { useEffect, useRef } from 'react';
import type { CompatibilityReport } from '#shared/domain/compatibility/report';
import { useWords } from '../../../app/i18n';
import { useRoute } from '../../../app/router';
import { StateView } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useSummary } from '../../../stores/fleet-store';
import { useResults } from '../probe-section';
import classes from './compatibility.module.css';
import { CompatibilityTable } from './compatibility-table';
import { NewestBox } from './newest-box';

/** What of the node's software fits what, judged from its last facts. */
export function CompatibilityTab() {
  const route = useRoute();
  // All tabs of a node are there at once; the engine is asked by the one that is looked at.
  return route.screen === 'node' && route.section === 'compatibility' ? <Judgement /> : null;
}

function Judgement() {
  const { hostId } = useResults();
  const isCollecting = useSummary(hostId)?.isCollecting ?? false;
  const query = useQuery(`compatibility/${hostId}`, (signal) => engine.compatibility.judge({ hostId }, { signal }));
  const wasCollecting = useRef(isCollecting);
  const { refetch } = query;
  // Facts come one by one while a node is asked; what they mean together is asked for once they are all there.
  useEffect(() => {
    if (wasCollecting.current && !isCollecting) refetch();
    wasCollecting.current = isCollecting;
  }, [isCollecting, refetch]);
  return <StateView query={query}>{(report) => <Report report={report} />}</StateView>;
}

function Report({ report }: { report: CompatibilityReport }) {
  const { t, message } = useWords();
  const asOf = t('compatibility.asOf', { asOf: report.asOf });
  if (report.absence) return <p className="dim">{message(report.absence)}</p>;
  return (
    <>
      <section aria-label={t('compatibility.newest')}>
        <h2 className={classes.head}>{t('compatibility.newest')}</h2>
        <div className={classes.boxes}>
          <NewestBox title={t('compatibility.withoutReboot')} newest={report.withoutReboot} />
          <NewestBox title={t('compatibility.withReboot')} newest={report.withReboot} />
        </div>
      </section>
      <CompatibilityTable rows={report.rows} />
      <p className="dim">{asOf}</p>
    </>
  );
}
