import type { PartsChange } from '#shared/domain/parts/parts-changes';
import type { Words } from '../app/i18n';
import type { PartWords } from './use-part-words';

/** A change of a node in one sentence. */
export function changeWords(change: PartsChange, { t }: Words, words: PartWords): string {
  const { kind, attribute, before, after, count, model, slots } = change;
  const name = attribute ?? 'identity';
  const [slot = ''] = slots;
  return t(`partsScreen.change.${change.change}`, {
    kind: words.kind(kind),
    count,
    // A node is one of a kind, and software is named by its slot.
    what:
      change.change === 'added' || change.change === 'removed'
        ? (model ?? slots.join(', '))
        : kind === 'node'
          ? ''
          : slot,
    attribute: words.attribute(name),
    before: words.value(kind, name, before),
    after: words.value(kind, name, after),
  });
}
