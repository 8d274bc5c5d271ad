import type { Message } from '../text';
import { attributeWords, unitOf, valueWords } from './part-words';
import type { PartsChange } from './parts-changes';

/** A change of a node in one sentence. */
export function changeWords(change: PartsChange, say: (message: Message) => string): string {
  const { kind, attribute, before, after, count, model, slots } = change;
  const unit = attribute === null ? 'none' : unitOf(kind, attribute);
  const isWhole = change.change === 'added' || change.change === 'removed';
  const kindWords = say({ key: `parts.kind.${kind}` });
  const params = {
    kind: kindWords,
    count,
    what: isWhole ? (model ?? slots.join(', ')) : (slots[0] ?? ''),
    attribute: attribute === null ? '' : attributeWords(attribute, say),
    before: valueWords(before, unit, say),
    after: valueWords(after, unit, say),
  };
  // There is one of it in a node: its slot says nothing.
  const key = kind === 'node' && change.change === 'changed' ? 'changedNode' : change.change;
  return say({ key: `partsScreen.change.${key}`, params });
}
