import type { Message } from '../text';
import type { PassportEvent } from './history';
import type { PartKind } from './part';
import { attributeWords, unitOf, valueWords } from './part-words';

/** What happened to a part, in one sentence; a line of a log as it stands. */
export function eventWords(event: PassportEvent, kind: PartKind, say: (message: Message) => string): string {
  switch (event.kind) {
    case 'log':
      return event.text;
    case 'reset': {
      const { counter, before, after, nodeStarted } = event;
      const key = nodeStarted === true ? 'resetWithNode' : 'reset';
      return say({
        key: `partsScreen.one.${key}`,
        params: { counter: attributeWords(counter, say), before: String(before), after: String(after) },
      });
    }
    case 'changed': {
      const { attribute } = event;
      const unit = unitOf(kind, attribute);
      return say({
        key: 'partsScreen.one.changed',
        params: {
          attribute: attributeWords(attribute, say),
          before: valueWords(event.before, unit, say),
          after: valueWords(event.after, unit, say),
        },
      });
    }
    case 'swapped': {
      const other = event.other ?? say({ key: 'partsScreen.one.unknownPart' });
      const key = event.direction === 'in' ? 'swappedIn' : 'swappedOut';
      return say({ key: `partsScreen.one.${key}`, params: { slot: event.slot, other } });
    }
  }
}
