import type { Scan, ScanNode } from '#shared/domain/scan/scan';
import type { Tone } from '../../../components/state-badge';

export const scanTones: Record<Scan['state'], Tone> = {
  running: 'info',
  done: 'ok',
  cancelled: 'unknown',
  interrupted: 'warn',
};

export const nodeTones: Record<ScanNode['state'], Tone> = {
  collecting: 'info',
  reading: 'info',
  done: 'ok',
  cut: 'warn',
  failed: 'bad',
  cancelled: 'unknown',
};
