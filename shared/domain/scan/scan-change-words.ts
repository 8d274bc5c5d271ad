import { changeWords } from '../parts/change-words';
import type { Message } from '../text';
import type { ScanChange } from './scan';

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
