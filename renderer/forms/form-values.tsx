import { formValueRows, type KnownField } from '#shared/domain/form-values';
import { printable } from '#shared/domain/text';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import { KeyValueTable } from '../components/key-value-table';
import classes from './form-fields.module.css';

interface FormValuesProps {
  fields: readonly KnownField[];
  values: Readonly<Record<string, unknown>>;
}

/** What was filled into a form, by the labels it was asked with. */
export function FormValues({ fields, values }: FormValuesProps) {
  const { t, localized } = useWords();
  const format = useFormat();
  const rows = formValueRows(fields, values, {
    yes: t('forms.yes'),
    no: t('forms.no'),
    unknown: t('forms.dontKnow'),
    text: localized,
    number: (value) => format.number(value, 3),
  });
  return (
    <KeyValueTable
      rows={rows.map(({ name, label, value }) => ({
        key: name,
        label,
        value: <span className={classes.given}>{printable(value)}</span>,
      }))}
    />
  );
}
