import type { Message } from '../text';
import type { LoggedChange } from './logged-changes';

/** One line of what a node logged. */
export function loggedChangeWords(change: LoggedChange, say: (message: Message) => string): string {
  switch (change.kind) {
    case 'package': {
      const { name, from, to } = change;
      return say({ key: `runs.packageChange.${change.change}`, params: { name, from: from ?? '?', to: to ?? '?' } });
    }
    case 'boot': {
      const how = change.isAfterShutdown === null ? 'unknown' : change.isAfterShutdown ? 'clean' : 'hard';
      return say({ key: `runs.booted.${how}`, params: { kernel: change.kernel ?? '?' } });
    }
    case 'file':
      return say({ key: 'runs.fileWritten', params: { path: change.path } });
  }
}
