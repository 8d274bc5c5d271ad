import { Button, Group, SegmentedControl, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { Answers } from '#shared/domain/diagnosis';
import type { Strands } from '#shared/domain/strands/strands';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { focusFirstProblem } from '../../../forms/focus-fields';
import { FormFields } from '../../../forms/form-fields';
import { useDrafts } from '../../../forms/use-drafts';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useHostNames } from '../../../stores/fleet-store';
import { HostNames } from './parting-list';
import classes from './strands.module.css';

interface SharedQuestionProps {
  strands: Strands;
  shared: Strands['questions'][number];
  onChange: (next: Strands) => void;
}

/** A question that nodes wait for: answered once for all of them, or for one. */
export function SharedQuestion({ strands, shared, onChange }: SharedQuestionProps) {
  const { t, localized } = useWords();
  const hostName = useHostNames();
  const [scope, setScope] = useState<'all' | 'one'>('all');
  const [hostId, setHostId] = useState(shared.hostIds[0] ?? null);
  const form = useDrafts(shared.question.fields);
  const { stepId, hostIds } = shared;
  const answer = useCall(async (signal, answers: Answers) => {
    const only = scope === 'one' && hostId !== null ? [hostId] : undefined;
    onChange(await engine.strands.answer({ strandsId: strands.id, stepId, answers, hostIds: only }, { signal }));
  });
  return (
    <form
      className={classes.question}
      noValidate
      aria-label={t('diagnoseScreen.question')}
      onSubmit={(event) => {
        event.preventDefault();
        if (answer.isRunning) return;
        const answers = form.submit();
        if (answers) void answer.run(answers);
        else focusFirstProblem(event.currentTarget);
      }}
    >
      <Text fw={500} className={classes.prompt} tabIndex={0}>
        {localized(shared.question.prompt)}
      </Text>
      {hostIds.length > 1 && (
        <>
          <Text className="small" c="dimmed">
            {t('strands.askedBy', { count: hostIds.length, host: hostName(hostIds[0] ?? '') })}
          </Text>
          <Group gap={8}>
            <SegmentedControl
              size="xs"
              value={scope}
              onChange={(value) => setScope(value === 'one' ? 'one' : 'all')}
              data={[
                { value: 'all', label: t('strands.forAll', { count: hostIds.length }) },
                { value: 'one', label: t('strands.forOne') },
              ]}
            />
            {scope === 'one' && (
              <Select
                size="xs"
                aria-label={t('diagnoseScreen.node')}
                searchable
                allowDeselect={false}
                data={hostIds.map((id) => ({ value: id, label: hostName(id) }))}
                value={hostId}
                onChange={setHostId}
              />
            )}
          </Group>
        </>
      )}
      {hostIds.length === 1 && (
        <Text className="small" c="dimmed">
          <HostNames hostIds={hostIds} />
        </Text>
      )}
      <FormFields
        fields={shared.question.fields}
        drafts={form.drafts}
        problems={form.problems}
        canBeUnknown
        isDisabled={answer.isRunning}
        onChange={form.change}
      />
      {Boolean(answer.error) && <ErrorView error={answer.error} variant="inline" />}
      <div>
        <Button type="submit" loading={answer.isRunning}>
          {t('diagnoseScreen.answer')}
        </Button>
      </div>
    </form>
  );
}
