import { Textarea } from '@mantine/core';
import { useWords } from '../../app/i18n';

interface ReasonFieldProps {
  /** What a person comes to first in its dialog. */
  isFirst: boolean;
  reason: string;
  onChange: (reason: string) => void;
}

/** Why, for the audit log. */
export function ReasonField({ isFirst, reason, onChange }: ReasonFieldProps) {
  const { t } = useWords();
  return (
    <Textarea
      data-autofocus={isFirst || undefined}
      label={t('protectionScreen.reason')}
      description={t('protectionScreen.reasonHelp')}
      maxLength={500}
      autosize
      minRows={2}
      maxRows={6}
      value={reason}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
