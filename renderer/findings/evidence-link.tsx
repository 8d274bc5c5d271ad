import { Anchor, Tooltip } from '@mantine/core';
import type { EvidenceRef } from '#shared/domain/finding';
import { useWords } from '../app/i18n';
import { openEvidence } from '../stores/evidence-store';

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

/** Each piece of evidence once. */
export function distinctEvidence(evidence: readonly EvidenceRef[]): EvidenceRef[] {
  const seen = new Map(evidence.map((ref) => [`${ref.probeId} ${ref.factPath} ${ref.evidenceId}`, ref]));
  return [...seen.values()];
}
