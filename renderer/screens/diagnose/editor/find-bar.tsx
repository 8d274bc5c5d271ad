import { ActionIcon, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { type RefObject, useState } from 'react';
import { useWords } from '../../../app/i18n';
import type { CodeAreaHandle } from './code-area';
import classes from './code-area.module.css';

/** Looks for words in the text; Enter goes on, with Shift back. */
export function FindBar({
  text,
  area,
  onClose,
}: {
  text: string;
  area: RefObject<CodeAreaHandle | null>;
  onClose: () => void;
}) {
  const { t } = useWords();
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState<number | null>(null);
  const found = wanted === '' ? [] : placesOf(text, wanted);
  const show = (place: number | undefined, length: number) => {
    setAt(place ?? null);
    if (place !== undefined) area.current?.select(place, place + length);
  };
  const next = () => show(found.find((place) => place > (at ?? -1)) ?? found[0], wanted.length);
  const previous = () => show(found.findLast((place) => place < (at ?? text.length)) ?? found.at(-1), wanted.length);
  return (
    <search className={classes.findBar}>
      <TextInput
        size="xs"
        style={{ flex: 1 }}
        autoFocus
        aria-label={t('treeEditor.find')}
        placeholder={t('treeEditor.find')}
        value={wanted}
        onChange={({ currentTarget: { value } }) => {
          setWanted(value);
          show(value === '' ? undefined : placesOf(text, value)[0], value.length);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') (event.shiftKey ? previous : next)();
          if (event.key === 'Escape') onClose();
        }}
      />
      <Text className="small" c="dimmed" role="status" miw={60}>
        {wanted !== '' && t('treeEditor.foundAt', { at: at === null ? 0 : found.indexOf(at) + 1, count: found.length })}
      </Text>
      <ActionIcon aria-label={t('treeEditor.findPrevious')} onClick={previous}>
        <IconChevronUp size={14} />
      </ActionIcon>
      <ActionIcon aria-label={t('treeEditor.findNext')} onClick={next}>
        <IconChevronDown size={14} />
      </ActionIcon>
      <ActionIcon aria-label={t('treeEditor.close')} onClick={onClose}>
        <IconX size={14} />
      </ActionIcon>
    </search>
  );
}

function placesOf(text: string, wanted: string): number[] {
  const [whole, part] = [text.toLowerCase(), wanted.toLowerCase()];
  const places: number[] = [];
  for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + part.length)) places.push(at);
  return places;
}
