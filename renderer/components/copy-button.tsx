import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useWords } from '../app/i18n';

interface CopyButtonProps {
  text: string;
  /** Says what is copied. */
  label: string;
  /** Icon only, the label as its name. */
  isCompact?: boolean;
}

export function CopyButton({ text, label, isCompact }: CopyButtonProps) {
  const { t } = useWords();
  const clipboard = useClipboard({ timeout: 1500 });
  const Icon = clipboard.copied ? IconCheck : IconCopy;
  const shown = clipboard.copied ? t('shell.evidence.copied') : label;
  if (isCompact) {
    return (
      <Tooltip label={shown}>
        <ActionIcon size="sm" aria-label={label} onClick={() => clipboard.copy(text)}>
          <Icon size={14} />
        </ActionIcon>
      </Tooltip>
    );
  }
  return (
    <Button variant="default" leftSection={<Icon size={14} aria-hidden />} onClick={() => clipboard.copy(text)}>
      {shown}
    </Button>
  );
}
