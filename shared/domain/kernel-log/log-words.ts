import type { Message } from '../text';
import type { LoggedEvent } from './kernel-event';

/** When something was logged, by a clock that is not ours. */
export function clockWords({ clock, clockMs }: Pick<LoggedEvent, 'clock' | 'clockMs'>): Message {
  if (clockMs === null || clock === 'none') return { key: 'kernelLog.noTime' };
  if (clock === 'boot') return { key: 'kernelLog.sinceBoot', params: { seconds: Math.round(clockMs) / 1000 } };
  const text = new Date(clockMs).toISOString().replace('T', ' ').slice(0, 19);
  // A syslog names no year.
  const time = text.startsWith('2000-') ? text.slice(5) : text;
  return { key: 'kernelLog.localTime', params: { time } };
}

/** `575.57.08`, or its branch alone, `575`. */
export const isDriverVersion = (text: string): boolean => /^\d{3,4}(?:\.\d{1,4}){0,3}$/.test(text);
