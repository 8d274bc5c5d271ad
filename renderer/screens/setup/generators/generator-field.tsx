import { ActionIcon, Button, Select, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { GeneratorField, GeneratorProblem, Values } from '#shared/domain/generators/generator';
import { groupOf, rowsOf } from '#shared/domain/generators/values';
import { useWords } from '../../../app/i18n';
import { CodeWords } from '../../../components/code-words';
import { isVisible, type Path } from './form-paths';
import classes from './generators.module.css';
import { readNumber, readNumbers, readTexts, textOfValue } from './number-text';
import { ProblemList } from './problem-list';

interface FieldsProps {
  fields: readonly GeneratorField[];
  around: Values;
  form: Values;
  path: Path;
  problems: ReadonlyMap<string, readonly GeneratorProblem[]>;
  onChange: (path: Path, value: unknown) => void;
}

/** The fields of a form, of a group or of a row. */
export function GeneratorFields({ fields, around, ...rest }: FieldsProps) {
  return fields.map(
    (field) =>
      isVisible(field, around, rest.form) && <Field key={field.name} field={field} around={around} {...rest} />,
  );
}

type FieldProps = Omit<FieldsProps, 'fields'> & { field: GeneratorField };

function Field({ field, around, form, path, problems, onChange }: FieldProps) {
  const { localized } = useWords();
  const own = [...path, field.name];
  const key = own.join('.');
  const found = problems.get(key) ?? [];
  const inner = { form, problems, onChange };
  if (field.kind === 'group') {
    return (
      <fieldset className={classes.group} data-field={key}>
        <legend>{localized(field.label)}</legend>
        <p className={classes.help}>
          <CodeWords text={localized(field.help)} />
        </p>
        <ProblemList problems={found} />
        <GeneratorFields fields={field.fields} around={groupOf(around, field.name)} path={own} {...inner} />
      </fieldset>
    );
  }
  if (field.kind === 'list') return <Rows field={field} around={around} path={own} found={found} {...inner} />;
  return (
    <div data-field={key}>
      <Input
        field={field}
        value={around[field.name]}
        hasError={found.some(({ severity }) => severity === 'error')}
        onChange={(value) => onChange(own, value)}
      />
      <ProblemList problems={found} />
    </div>
  );
}

/** A file of thousands of rows would be tens of thousands of fields. */
const rowsAtOnce = 40;

type RowsProps = Omit<FieldsProps, 'fields'> & {
  field: Extract<GeneratorField, { kind: 'list' }>;
  found: readonly GeneratorProblem[];
};

function Rows({ field, around, path, found, ...inner }: RowsProps) {
  const { t, localized } = useWords();
  const rows = rowsOf(around, field.name);
  const one = localized(field.one);
  const [most, setMost] = useState(rowsAtOnce);
  return (
    <fieldset className={classes.group} data-field={path.join('.')}>
      <legend>{localized(field.label)}</legend>
      <p className={classes.help}>
        <CodeWords text={localized(field.help)} />
      </p>
      <ProblemList problems={found} />
      {rows.slice(0, most).map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its number alone
        <div key={`${index} ${rows.length}`} className={classes.rowOfFields}>
          <div className={classes.rowHead}>
            <span>{t('generatorScreen.row', { one, number: index + 1 })}</span>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={t('generatorScreen.removeRow', { one, number: index + 1 })}
              onClick={() => {
                const left = rows.filter((_, other) => other !== index);
                inner.onChange(path, left.length === 0 ? undefined : left);
              }}
            >
              <IconTrash size={14} aria-hidden />
            </ActionIcon>
          </div>
          <GeneratorFields fields={field.fields} around={row} path={[...path, index]} {...inner} />
        </div>
      ))}
      <div>
        {rows.length > most && (
          <Button size="compact-sm" variant="subtle" onClick={() => setMost(most + rowsAtOnce)}>
            {t('shell.value.moreRows', { count: rows.length - most })}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={12} aria-hidden />}
          onClick={() => {
            inner.onChange(path, [...rows, {}]);
            setMost((before) => Math.max(before, rows.length + 1));
          }}
        >
          {t('generatorScreen.addRow', { one })}
        </Button>
      </div>
    </fieldset>
  );
}

type PlainField = Exclude<GeneratorField, { kind: 'group' | 'list' }>;

interface InputProps {
  field: PlainField;
  value: unknown;
  hasError: boolean;
  onChange: (value: unknown) => void;
}

function Input({ field, value, hasError, onChange }: InputProps) {
  const { t, localized } = useWords();
  const unit = field.unit === undefined ? '' : ` (${field.unit})`;
  const common = {
    label: localized(field.label) + unit,
    description: <CodeWords text={localized(field.help)} />,
    withAsterisk: field.isRequired ?? false,
    error: hasError,
  };
  switch (field.kind) {
    case 'boolean':
      return (
        <Select
          {...common}
          classNames={{ wrapper: classes.short }}
          data={[
            { value: 'true', label: t('forms.yes') },
            { value: 'false', label: t('forms.no') },
          ]}
          value={typeof value === 'boolean' ? String(value) : null}
          placeholder={t('generatorScreen.notSet')}
          clearable
          onChange={(chosen) => onChange(chosen === null ? undefined : chosen === 'true')}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={field.choices.map((choice) => ({ value: choice.value, label: localized(choice.label) }))}
          value={typeof value === 'string' || typeof value === 'number' ? String(value) : null}
          placeholder={t('generatorScreen.notSet')}
          clearable={!field.isRequired}
          searchable={field.choices.length > 8}
          onChange={(chosen) => onChange(chosen ?? undefined)}
        />
      );
    case 'multiline':
    case 'texts':
      return (
        <TypedText
          {...common}
          isLong
          placeholder={field.placeholder}
          text={textOfValue(value, '\n')}
          onText={(text) => onChange(field.kind === 'texts' ? readTexts(text) : text === '' ? undefined : text)}
        />
      );
    case 'text':
      return (
        <TypedText
          {...common}
          placeholder={field.placeholder}
          text={textOfValue(value, ' ')}
          onText={(text) => onChange(text === '' ? undefined : text)}
        />
      );
    case 'integer':
    case 'number':
      return (
        <TypedText
          {...common}
          isShort
          placeholder={field.word}
          text={textOfValue(value, ' ')}
          onText={(text) => onChange(readNumber(text, field.word))}
        />
      );
    case 'integers':
    case 'numbers':
      return (
        <TypedText
          {...common}
          placeholder={field.word}
          text={textOfValue(value, ', ')}
          onText={(text) => onChange(readNumbers(text, field.word))}
        />
      );
  }
}

interface TypedTextProps {
  label: string;
  description: ReactNode;
  withAsterisk: boolean;
  error: boolean;
  isLong?: boolean;
  isShort?: boolean;
  placeholder?: string | undefined;
  text: string;
  onText: (text: string) => void;
}

/** What is typed stays as it was typed, whatever is read from it. */
function TypedText({ isLong, isShort, text, onText, ...common }: TypedTextProps) {
  const [typed, setTyped] = useState(text);
  // The height of a text of thousands of lines takes longer to measure than a key takes; decided once, so that the field stays the same.
  const [isHuge] = useState(() => text.length > 20_000);
  const change = (next: string) => {
    setTyped(next);
    onText(next);
  };
  if (!isLong) {
    return (
      <TextInput
        {...common}
        classNames={isShort ? { wrapper: classes.short } : undefined}
        value={typed}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  return (
    <Textarea
      {...common}
      {...(isHuge ? { rows: 14 } : { autosize: true, minRows: 2, maxRows: 14 })}
      classNames={{ input: classes.long }}
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
