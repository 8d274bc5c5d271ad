import type { LocalizedText } from '#shared/domain/text';
import { useWords } from '../app/i18n';

interface TogetherWordsProps {
  /** What each rule that holds says, and where there is a reason to hover, when it does. */
  rules: readonly { readonly says: LocalizedText; readonly when?: LocalizedText }[];
}

/** What lines of a kernel log mean together: a sentence, or a list under one heading. */
export function TogetherWords({ rules }: TogetherWordsProps) {
  const { t, localized } = useWords();
  const [only, ...others] = rules;
  if (!only) return null;
  const hint = ({ when }: TogetherWordsProps['rules'][number]) => (when ? localized(when) : undefined);
  if (others.length === 0) return <p title={hint(only)}>{t('kernelLog.together', { says: localized(only.says) })}</p>;
  return (
    <div>
      <p>{t('kernelLog.togetherAll')}</p>
      <ul style={{ margin: '2px 0 0', paddingLeft: 18 }}>
        {rules.map((rule) => (
          <li key={rule.says.en} title={hint(rule)}>
            {localized(rule.says)}
          </li>
        ))}
      </ul>
    </div>
  );
}
