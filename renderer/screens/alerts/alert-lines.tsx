import type { Alert } from '#shared/domain/rules/alert';
import { useWords } from '../../app/i18n';
import { Time } from '../../components/time';
import { LineDiagnosis } from '../../findings/line-diagnosis';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import classes from './alerts.module.css';

/** As far as lines of one cause are apart. */
const BEFORE_MS = 5 * 60_000;
const AFTER_MS = 60_000;
const LISTED = 8;

/** What the node's kernel log said around the time an alert began; nothing where it said nothing. */
export function AlertLines({ alert: { hostId, sinceMs } }: { alert: Alert }) {
  const { t } = useWords();
  const wanted = { hostIds: [hostId], fromMs: sinceMs - BEFORE_MS, toMs: sinceMs + AFTER_MS };
  const { data = [] } = useQuery(`telemetry.events:${JSON.stringify(wanted)}`, (signal) =>
    engine.telemetry.events(wanted, { signal }),
  );
  const lines = data.flatMap(({ id, atMs, body }) =>
    body.kind === 'xid' || body.kind === 'kernel-log' ? [{ id, atMs, text: body.message }] : [],
  );
  if (lines.length === 0) return null;
  return (
    <section aria-label={t('kernelLog.meanwhile')}>
      <h3>{t('kernelLog.meanwhile')}</h3>
      <ul className={classes.logLines}>
        {lines.slice(-LISTED).map(({ id, atMs, text }) => (
          <li key={id}>
            <Time atMs={atMs} />
            <code>{text}</code>
            <LineDiagnosis hostId={hostId} line={{ text, atMs }} />
          </li>
        ))}
      </ul>
    </section>
  );
}
