import { Checkbox, NumberInput, Radio, Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { FormField } from '#shared/domain/diagnosis';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import type { Draft, Drafts, FieldProblem } from './drafts';
import classes from './form-fields.module.css';
import { GpuPicker } from './gpu-picker';

interface FormFieldsProps {
  fields: readonly FormField[];
  drafts: Drafts;
  problems: Readonly<Record<string, FieldProblem>>;
  /** Questions offer "I don't know" for each field; an action's parameters don't. */
  canBeUnknown: boolean;
  isDisabled?: boolean;
  /** The node that the form is about: its GPUs can be chosen from a list. */
  hostId?: string | undefined;
  onChange: (name: string, draft: Draft) => void;
}

/** The fields of a question or of an action's parameters, drawn from their description. */
export function FormFields({ fields, drafts, problems, canBeUnknown, isDisabled, hostId, onChange }: FormFieldsProps) {
  const { t, localized } = useWords();
  return (
    <Stack gap="md">
      {fields.map((field) => {
        const draft = drafts[field.name] ?? { value: '', isUnknown: false };
        const label = localized(field.label);
        return (
          <div
            key={field.name}
            className={classes.field}
            data-can-be-unknown={canBeUnknown}
            data-has-problem={problems[field.name] !== undefined}
          >
            <Field
              field={field}
              draft={draft}
              problem={problems[field.name] ?? null}
              canBeUnknown={canBeUnknown}
              isDisabled={isDisabled === true || draft.isUnknown}
              hostId={hostId}
              onChange={(value) => onChange(field.name, { value, isUnknown: false })}
            />
            {canBeUnknown && (
              <Checkbox
                className={classes.unknown}
                label={t('forms.dontKnow')}
                aria-label={t('forms.dontKnowLabel', { field: label })}
                checked={draft.isUnknown}
                disabled={isDisabled}
                onChange={(event) => onChange(field.name, { ...draft, isUnknown: event.currentTarget.checked })}
              />
            )}
          </div>
        );
      })}
    </Stack>
  );
}

interface FieldProps {
  field: FormField;
  draft: Draft;
  problem: FieldProblem | null;
  canBeUnknown: boolean;
  isDisabled: boolean;
  hostId: string | undefined;
  onChange: (value: string | boolean) => void;
}

function Field({ field, draft, problem, canBeUnknown, isDisabled, hostId, onChange }: FieldProps) {
  const { t, localized } = useWords();
  const problemText = useProblemText(canBeUnknown);
  const text = typeof draft.value === 'string' ? draft.value : '';
  const common = {
    label: localized(field.label),
    description: field.help ? localized(field.help) : undefined,
    error: problem ? problemText(problem) : undefined,
    withAsterisk: field.isRequired,
    disabled: isDisabled,
    classNames: { label: classes.label },
  };
  switch (field.kind) {
    case 'gpus':
      if (hostId !== undefined) return <GpuPicker {...common} hostId={hostId} value={text} onChange={onChange} />;
      return (
        <TextInput
          {...common}
          description={common.description ?? t('forms.gpusTyped')}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'text':
      return <TextInput {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
    case 'multiline':
      return (
        <Textarea
          {...common}
          autosize
          minRows={3}
          maxRows={10}
          classNames={{ label: classes.label, input: classes.multiline }}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...common}
          value={text}
          // Limits are said in words rather than silently corrected.
          clampBehavior="none"
          hideControls={field.kind === 'number'}
          rightSection={field.unit ? <span className={classes.unit}>{field.unit}</span> : undefined}
          rightSectionWidth={field.unit ? Math.max(36, field.unit.length * 9 + 12) : undefined}
          onChange={(value) => onChange(String(value))}
        />
      );
    case 'boolean':
      return (
        <Radio.Group
          {...common}
          value={draft.value === true ? 'yes' : 'no'}
          onChange={(value) => onChange(value === 'yes')}
        >
          <div className={classes.choices}>
            <Radio value="yes" label={t('forms.yes')} disabled={isDisabled} />
            <Radio value="no" label={t('forms.no')} disabled={isDisabled} />
          </div>
        </Radio.Group>
      );
    case 'choice':
      return field.choices.length <= 5 ? (
        <Radio.Group {...common} value={text} onChange={onChange}>
          <div className={classes.choices} data-is-column>
            {field.choices.map((choice) => (
              <Radio key={choice.value} value={choice.value} label={localized(choice.label)} disabled={isDisabled} />
            ))}
          </div>
        </Radio.Group>
      ) : (
        <Select
          {...common}
          data={field.choices.map(({ value, label }) => ({ value, label: localized(label) }))}
          value={text === '' ? null : text}
          placeholder={t('forms.choose')}
          searchable
          onChange={(value) => onChange(value ?? '')}
        />
      );
  }
}

function useProblemText(canBeUnknown: boolean): (problem: FieldProblem) => string {
  const { t } = useWords();
  const format = useFormat();
  return (problem) => {
    switch (problem.kind) {
      case 'required':
        return canBeUnknown ? t('forms.required') : t('forms.requiredHere');
      case 'not-a-number':
        return t('forms.notANumber');
      case 'not-whole':
        return t('forms.notWhole');
      case 'too-small':
        return t('forms.tooSmall', { limit: withUnit(format.number(problem.limit, 3), problem.unit) });
      case 'too-large':
        return t('forms.tooLarge', { limit: withUnit(format.number(problem.limit, 3), problem.unit) });
    }
  };
}

function withUnit(text: string, unit: string | null): string {
  return unit ? `${text} ${unit}` : text;
}
