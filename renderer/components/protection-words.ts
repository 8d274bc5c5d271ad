import type { ProtectionStep } from '#shared/domain/protection/protection';
import type { Words } from '../app/i18n';
import type { Formatters } from './format';

const events = [
  'arm',
  'disarm',
  'restore',
  'step-down',
  'step-up',
  'step-back',
  'would-step',
  'cooled',
  'not-cooled',
  'restored',
  'set-by-others',
  'stopped-by-breaker',
  'waits',
  'limit-fixed',
  'locked-by-others',
  'failed',
  'breaker-trip',
  'breaker-set',
] as const;

/** What was done, with its numbers, as one sentence; what a later version writes is shown as it is named. */
export function stepWords(
  { event, detail }: Pick<ProtectionStep, 'event' | 'detail'>,
  { t, format }: { t: Words['t']; format: Formatters },
): string {
  const known = events.find((one) => one === event);
  if (!known) return event;
  const number = (name: string): string => {
    const value = detail[name];
    return typeof value === 'number' ? format.number(value, 0) : '?';
  };
  const text = (name: string): string => (typeof detail[name] === 'string' ? detail[name] : '');
  const isDryRun = known === 'arm' && detail.mode === 'dry-run';
  return t(`protection.step.${isDryRun ? 'arm-dry' : known}`, {
    from: number('from'),
    to: number('to'),
    now: number('temperatureC'),
    limit: number('limitC'),
    before: number('changedAtC'),
    value: number('value'),
    unit: text('unit'),
    share: number('sharePercent'),
    clock: number('clockMhz'),
    top: number('topMhz'),
    original: number('original'),
    reason: text('reason'),
    detail: text('detail'),
    operator: text('operator'),
    machine: text('machine'),
    what: text('what') || '?',
    count: Array.isArray(detail.hostIds) ? detail.hostIds.length : 0,
  });
}
