import { Fragment } from 'react';

/** Words with `commands` between backticks set as code. */
export function CodeWords({ text }: { text: string }) {
  return text.split(/`([^`]+)`/).map((part, index) =>
    // Parts never move within a text, and every second one is code.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    index % 2 === 1 ? <code key={index}>{part}</code> : <Fragment key={index}>{part}</Fragment>,
  );
}
