import type { HeldLimit } from '#shared/domain/protection/protection';
import type { Words } from '../../app/i18n';
import type { FactColumn } from '../../components/fact-table';
import { NodeLink } from './node-link';

type Where = Pick<HeldLimit, 'hostId' | 'gpuUuid' | 'gpuIndex'>;

export function whereKey({ hostId, gpuUuid }: Where): string {
  return `${hostId} ${gpuUuid}`;
}

/** Which GPU of which node a line of a table is about. */
export function whereColumns(t: Words['t']): FactColumn<Where>[] {
  return [
    { id: 'node', header: t('protectionScreen.node'), cell: ({ hostId }) => <NodeLink hostId={hostId} /> },
    {
      id: 'gpu',
      header: 'GPU',
      cell: ({ gpuIndex, gpuUuid }) => (
        <span title={gpuUuid}>{gpuIndex === null ? gpuUuid.slice(0, 12) : `GPU ${gpuIndex}`}</span>
      ),
    },
  ];
}
