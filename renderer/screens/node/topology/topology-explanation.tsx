import { Anchor } from '@mantine/core';
import { commandOfFact } from '#shared/domain/probe';
import type { Topology, TopologySource } from '#shared/domain/topology/topology';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { openProbeEvidence } from '../../../stores/evidence-store';
import { useResults } from '../probe-section';
import classes from './topology.module.css';
import type { TopologyDrawing } from './topology-drawing';
import { explainLine, explainPart, linkText } from './topology-words';

interface TopologyExplanationProps {
  drawing: TopologyDrawing;
  topology: Topology;
  activeId: string | null;
}

const tones = { ok: 'ok', degraded: 'bad', idle: 'info', unknown: 'unknown' } as const;

/** What is pointed at, in words, with the output that it was read from; before that, how many links are as they should be. */
export function TopologyExplanation({ drawing, topology, activeId }: TopologyExplanationProps) {
  const { t } = useWords();
  const part = drawing.parts.find(({ id }) => id === activeId);
  const line = drawing.lines.find(({ id }) => id === activeId);
  const found = part ? explainPart(part, t) : line ? explainLine(line.edge, topology, t) : null;
  if (!found) return <Summary topology={topology} />;
  return (
    <div className={classes.explanation} role="status">
      <div className={classes.explanationHead}>
        <strong>{found.title}</strong>
        {found.state && (
          <StateBadge variant="plain" tone={tones[found.state]}>
            {t(`topology.state.${found.state}`)}
          </StateBadge>
        )}
        {found.source && <Evidence source={found.source} />}
      </div>
      <dl className={classes.explanationFacts}>
        {found.facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {found.reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
    </div>
  );
}

/** The picture flags them all; of more than these, one reads no list. */
const namedAtMost = 8;

function Summary({ topology }: { topology: Topology }) {
  const { t } = useWords();
  const links = topology.edges.filter(({ kind }) => kind === 'pcie' || kind === 'nvlink' || kind === 'xgmi');
  const of = (state: string) => links.filter((edge) => edge.state === state);
  const degraded = of('degraded');
  const counts = [
    ...(degraded.length > 0 ? [t('topology.summaryDegraded', { count: degraded.length })] : []),
    ...(of('idle').length > 0 ? [t('topology.summaryIdle', { count: of('idle').length })] : []),
    ...(of('unknown').length > 0 ? [t('topology.summaryUnknown', { count: of('unknown').length })] : []),
  ];
  return (
    <div className={classes.explanation} role="status">
      <div className={classes.explanationHead}>
        <strong>{t('topology.summary', { count: links.filter(({ kind }) => kind === 'pcie').length })}</strong>
        <StateBadge variant="plain" tone={degraded.length > 0 ? 'bad' : of('ok').length > 0 ? 'ok' : 'unknown'}>
          {counts.length > 0 ? counts.join(' · ') : t('topology.summaryFine')}
        </StateBadge>
      </div>
      {degraded.slice(0, namedAtMost).map((edge) => (
        <p key={edge.id}>
          {explainLine(edge, topology, t).title}: {linkText(edge, topology, t)}
        </p>
      ))}
      {degraded.length > namedAtMost && <p>{t('topology.summaryMore', { count: degraded.length - namedAtMost })}</p>}
      <p className="dim">{t('topology.choose')}</p>
    </div>
  );
}

function Evidence({ source }: { source: TopologySource }) {
  const { t } = useWords();
  const { results, stale, infos } = useResults();
  const last = results.get(source.probeId);
  const result = last?.state === 'ok' ? last : stale.get(source.probeId);
  if (!result || result.commands.length === 0) return null;
  const sources = infos.get(source.probeId)?.sources ?? {};
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      underline="always"
      onClick={() =>
        openProbeEvidence(result, commandOfFact(sources, source.factPath, result.commands), source.factPath)
      }
    >
      {t('topology.evidence')}
    </Anchor>
  );
}
