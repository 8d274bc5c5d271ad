import { Anchor, Tooltip } from '@mantine/core';
import type { EvidenceRef } from '#shared/domain/finding';
import { useWords } from '../app/i18n';
import { openEvidence } from '../stores/evidence-store';
import classes from './evidence-link.module.css';

interface EvidenceLinkProps {
  evidence: EvidenceRef;
  /** Names the probe alone, where the value stands right beside. */
  isShort?: boolean;
}

/** Opens what a statement rests on. Evidence that was not kept is named without a way to open it. */
export function EvidenceLink({ evidence, isShort }: EvidenceLinkProps) {
  const { t } = useWords();
  const { probeId, factPath, evidenceId } = evidence;
  const what = factPath && !isShort ? `${probeId}: ${factPath}` : probeId;
  if (!evidenceId) return <code className="dim">{what}</code>;
  return (
    <Tooltip label={t('findings.showEvidence')}>
      <Anchor
        component="button"
        type="button"
        className="mono"
        underline="always"
        aria-label={t('findings.showEvidenceFor', { what })}
        onClick={() => openEvidence(evidenceId, factPath)}
      >
        {what}
      </Anchor>
    </Tooltip>
  );
}

/** What the statements rest on, one link for each output however many of its values were looked at. */
export function EvidenceList({ evidence }: { evidence: readonly EvidenceRef[] }) {
  return (
    <ul className={classes.list}>
      {groupEvidence(evidence).map(({ ref, paths }) => (
        <li key={`${ref.probeId} ${ref.evidenceId}`}>
          <EvidenceLink evidence={ref} isShort />
          {paths.length > 0 && <code className="dim"> {paths.join(', ')}</code>}
        </li>
      ))}
    </ul>
  );
}

/** Evidence by the output it points at, with the paths of the values in it, each once. */
export function groupEvidence(evidence: readonly EvidenceRef[]): { ref: EvidenceRef; paths: string[] }[] {
  const groups = new Map<string, { ref: EvidenceRef; paths: string[] }>();
  for (const ref of evidence) {
    const key = `${ref.probeId} ${ref.evidenceId}`;
    const group = groups.get(key) ?? { ref, paths: [] };
    groups.set(key, group);
    if (ref.factPath !== null && !group.paths.includes(ref.factPath)) group.paths.push(ref.factPath);
  }
  return [...groups.values()];
}
