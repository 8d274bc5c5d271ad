import { lazy, Suspense, useState } from 'react';
import type { Prompt } from '#shared/contract/hosts';
import { useWords } from '../app/i18n';
import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { notifyError } from './notify-error';

const PromptDialog = lazy(async () => ({ default: (await import('./prompt-dialog')).PromptDialog }));

/** Puts the engine's questions to the person at the screen, one at a time, in the order they came. */
export function PromptHost() {
  const words = useWords();
  const [prompts, setPrompts] = useState<readonly Prompt[]>([]);
  useStream(
    'prompts',
    async (signal) => {
      const stream = await engine.hosts.watchPrompts(undefined, { signal });
      // A new stream begins with every open question.
      setPrompts([]);
      return stream;
    },
    (events) =>
      setPrompts((open) =>
        events.reduce<readonly Prompt[]>((list, event) => {
          if (event.event === 'closed') return list.filter((prompt) => prompt.id !== event.id);
          return [...list.filter((prompt) => prompt.id !== event.prompt.id), event.prompt];
        }, open),
      ),
  );

  const [prompt, ...waiting] = prompts;
  if (!prompt) return null;
  const answer = (answers: string[] | null, remember = false) => {
    setPrompts((open) => open.filter((candidate) => candidate.id !== prompt.id));
    engine.hosts
      .answerPrompt({ id: prompt.id, answers, remember })
      .catch((error: unknown) => notifyError(error, words));
  };
  return (
    <Suspense>
      <PromptDialog prompt={prompt} waitingCount={waiting.length} answer={answer} />
    </Suspense>
  );
}
