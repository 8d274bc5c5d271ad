import { printable } from '../text';
import { subjectKey } from './frame';
import type { SubjectKind } from './metric';

const MAX_ID = 200;

/** The subject that labels of a series tell of, as dcgm-exporter, node_exporter and Gantry itself put them. */
export function subjectOfLabels(
  kind: SubjectKind,
  labels: Readonly<Record<string, string>>,
): { key: string } | { reason: 'mig-instance' | 'unknown-subject' } {
  if ((labels.GPU_I_ID ?? '') !== '') return { reason: 'mig-instance' };
  const { device = '', port = '', UUID = '', mountpoint = '', ups = '', service = '' } = labels;
  const ids: Record<SubjectKind, string> = {
    node: '',
    gpu: UUID,
    disk: device,
    network: device,
    rdma: device && port ? `${device}/${port}` : '',
    fileSystem: mountpoint,
    ups,
    service,
  };
  const id = ids[kind];
  const isTold = kind === 'node' || id !== '';
  if (!isTold || id.length > MAX_ID || printable(id) !== id) return { reason: 'unknown-subject' };
  return { key: subjectKey({ kind, id }) };
}
