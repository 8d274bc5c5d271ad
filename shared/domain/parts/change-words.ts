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
  return say({ key: `partsScreen.change.${change.change === 'changed' ? changedKey(change) : change.change}`, params });
}

/** There is one node in a node: its slot says nothing. Not a plural form: of one the slot is told in every language. */
function changedKey({ kind, count }: PartsChange): 'changedNode' | 'changedOne' | 'changed' {
  if (kind === 'node') return 'changedNode';
  return count === 1 ? 'changedOne' : 'changed';
}
