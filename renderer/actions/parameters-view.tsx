import { Button, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ActionInfo } from '#shared/domain/action';
import { useWords } from '../app/i18n';
import { focusFirstField, focusFirstProblem } from '../forms/focus-fields';
import { FormFields } from '../forms/form-fields';
import { useDrafts } from '../forms/use-drafts';
import classes from './action-dialog.module.css';

interface ParametersViewProps {
  info: ActionInfo;
  hostId: string;
  given: Readonly<Record<string, unknown>>;
  /** Fields that were given and are not asked (a process's identity, say) are kept as they came. */
  onSubmit: (parameters: Readonly<Record<string, unknown>>) => void;
  onCancel: () => void;
}

/** What the action needs to know before it can plan. */
export function ParametersView({ info, hostId, given, onSubmit, onCancel }: ParametersViewProps) {
  const { t, localized } = useWords();
  const form = useDrafts(info.parameters, given);
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => focusFirstField(element.current), []);
  return (
    <form
      ref={element}
      className={classes.view}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const answers = form.submit();
        if (answers) onSubmit({ ...given, ...withoutEmpty(answers) });
        else focusFirstProblem(event.currentTarget);
      }}
    >
      <Text c="dimmed">{localized(info.description)}</Text>
      <FormFields
        fields={info.parameters}
        drafts={form.drafts}
        problems={form.problems}
        canBeUnknown={false}
        hostId={hostId}
        onChange={form.change}
      />
      <div className={classes.buttons}>
        <Button variant="default" onClick={onCancel}>
          {t('actionDialog.cancel')}
        </Button>
        <Button type="submit">{t('actionDialog.showPlan')}</Button>
      </div>
    </form>
  );
}

/** An empty optional parameter is left out, so that the action's own default holds. */
function withoutEmpty(answers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== null));
}
