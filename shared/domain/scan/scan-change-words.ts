import { changeWords } from '../parts/change-words';
import type { Message } from '../text';
import type { FittingChange, ScanChange } from './scan-change';

/** What a change at a node was, in words without its time. */
export function scanChangeWords(change: ScanChange, say: (message: Message) => string): string {
  switch (change.kind) {
    case 'parts':
      return changeWords(change.change, say);
    case 'boot':
      if (change.isAfterShutdown === false) return say({ key: 'scan.bootUnclean' });
      return change.kernel
        ? say({ key: 'scan.bootWith', params: { kernel: change.kernel } })
        : say({ key: 'scan.boot' });
    case 'packages': {
      const { count, names } = change;
      const more = count > names.length ? ['…'] : [];
      return say({ key: 'scan.packages', params: { count, names: [...names, ...more].join(', ') } });
    }
    case 'file':
      return say({ key: 'scan.file', params: { path: change.path } });
    case 'reboot-required': {
      const packages = change.packages.join(', ');
      return packages === ''
        ? say({ key: 'scan.rebootRequired' })
        : say({ key: 'scan.rebootRequiredFor', params: { packages } });
    }
  }
}

/** A change that may be behind a finding, with how long before it. */
export function fittingChangeWords(
  { change, beforeMs, before }: FittingChange,
  say: (message: Message) => string,
): string {
  const what = scanChangeWords(change, say);
  if (beforeMs === null) return what;
  const exact = beforeMs / 3_600_000;
  const hours = exact < 10 ? Math.round(exact * 10) / 10 : Math.round(exact);
  return say({ key: `scan.changedBefore.${before}`, params: { hours, what } });
}
