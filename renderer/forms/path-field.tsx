import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

interface PathFieldProps {
  label: string;
  help: string;
  placeholder: string;
  value: string | null;
  onSave: (value: string | null) => Promise<void>;
}

/** Saved when it is left or with Enter; empty means null. */
export function PathField({ label, help, placeholder, value, onSave }: PathFieldProps) {
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const save = () => {
    const next = text.trim() === '' ? null : text.trim();
    if (next !== value) void onSave(next);
  };
  return (
    <TextInput
      label={label}
      description={help}
      placeholder={placeholder}
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  );
}
