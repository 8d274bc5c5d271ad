import { IconArrowUpRight } from '@tabler/icons-react';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { useWords } from '../app/i18n';
import { IconControl } from '../components/icon-control';
import { useHostName } from '../stores/fleet-store';
import { openInMetrics } from '../stores/metrics-view-store';
import type { TimeView } from './time-view';

interface OpenInMetricsProps {
  hostId: string;
  metrics: readonly MetricId[];
  /** See subjectKey; without them everything of the host. */
  subjects?: readonly string[];
  view?: TimeView;
}

/** To the metrics screen, where this can be compared with other GPUs and nodes. */
export function OpenInMetrics({ hostId, ...wanted }: OpenInMetricsProps) {
  const { t } = useWords();
  const name = useHostName(hostId);
  return (
    <IconControl
      icon={IconArrowUpRight}
      label={t('charts.openInMetrics')}
      onClick={() => openInMetrics({ hosts: [{ id: hostId, name }], ...wanted })}
    />
  );
}
